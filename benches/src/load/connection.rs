use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Poll, ready};

use nix::sys::socket::setsockopt;
use nix::sys::socket::sockopt::RcvBuf;
use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;

use super::dialect::{END, Event, Request, Value};
use super::text::Text;
use super::{Dialect, Failure, Target, http, web_socket};

/// More than any answer: who took in less would ask for less next time.
const AT_ONCE: usize = 128 * 1024;

thread_local! {
    /// All connections read through it, so that none has to keep room.
    static ARRIVED: RefCell<Vec<u8>> = RefCell::new(vec![0; AT_ONCE]);
}

/// One client.
pub(super) struct Connection {
    /// Which of all connections it is.
    pub(super) number: usize,
    stream: TcpStream,
    dialect: Dialect,
    read: Vec<u8>,
    write: Vec<u8>,
    /// What the frames carried, and how much of it has been looked at.
    messages: Vec<u8>,
    seen: usize,
    body: Vec<u8>,
}

impl Connection {
    /// Connects, to the point where calls can be made.
    pub(super) async fn open(
        target: &Target,
        number: usize,
        token: Option<&str>,
    ) -> Result<Self, Failure> {
        let mut stream = http::connect(target, number).await?;
        let mut path = target.dialect.path(&target.path);
        if let Some(token) = token {
            path += &format!("?id={token}");
        } else if target.path.ends_with("/rooms") {
            path += &format!("?user={number}");
        }
        let read = http::upgrade(&mut stream, target, &path).await?;
        let mut connection = Self {
            number,
            stream,
            dialect: target.dialect,
            read,
            write: Vec::new(),
            messages: Vec::new(),
            seen: 0,
            body: Vec::new(),
        };
        connection.take_frames()?;
        connection.shake_hands().await?;
        Ok(connection)
    }

    async fn shake_hands(&mut self) -> Result<(), Failure> {
        match self.dialect {
            Dialect::Json => self.hub_handshake("json").await,
            Dialect::MessagePack => self.hub_handshake("messagepack").await,
            Dialect::SocketIo => {
                self.expect(|message| message.starts_with(b"0")).await?;
                web_socket::write(b"40", false, &mut self.write);
                self.flush().await?;
                self.expect(|message| message.starts_with(b"40")).await
            }
            Dialect::JsonRpc => Ok(()),
        }
    }

    async fn hub_handshake(&mut self, protocol: &str) -> Result<(), Failure> {
        let request = format!("{{\"protocol\":\"{protocol}\",\"version\":1}}\u{1e}");
        web_socket::write(request.as_bytes(), false, &mut self.write);
        self.flush().await?;
        self.expect(|message| message == b"{}").await
    }

    /// The next message, ended by a separator in all protocols, has to be this.
    async fn expect(&mut self, is_right: fn(&[u8]) -> bool) -> Result<(), Failure> {
        loop {
            let rest = &self.messages[self.seen..];
            if let Some(end) = rest.iter().position(|&byte| byte == END) {
                if !is_right(&rest[..end]) {
                    return Err(format!("not expected: {}", rest.escape_ascii()).into());
                }
                self.seen += end + 1;
                return Ok(());
            }
            self.receive().await?;
        }
    }

    /// Asks for what is sent to all, where that has to be asked for.
    pub(super) async fn listen(&mut self) -> Result<(), Failure> {
        if self.dialect != Dialect::JsonRpc {
            return Ok(());
        }
        let id = u64::MAX;
        self.queue(Request::Call {
            id,
            target: "Subscribe",
            text: Text::new(self.number, 0).as_str(),
        })?;
        self.flush().await?;
        loop {
            while let Some(event) = self.next()? {
                if matches!(event, Event::Answer(answered, _) if answered == id) {
                    return Ok(());
                }
            }
            self.receive().await?;
        }
    }

    /// Writes a request that the next [`flush`](Self::flush) sends.
    pub(super) fn queue(&mut self, request: Request<'_>) -> Result<(), Failure> {
        self.body.clear();
        self.dialect.write(request, &mut self.body)?;
        web_socket::write(&self.body, self.dialect.is_binary(), &mut self.write);
        Ok(())
    }

    pub(super) async fn flush(&mut self) -> Result<(), Failure> {
        if !self.write.is_empty() {
            self.stream.write_all(&self.write).await?;
            self.write.clear();
        }
        Ok(())
    }

    /// From now on the system takes in little for a connection that is not read.
    pub(super) fn take_little(&self) -> Result<(), Failure> {
        Ok(setsockopt(&self.stream, RcvBuf, &4096)?)
    }

    /// Waits until something has arrived.
    pub(super) async fn receive(&mut self) -> Result<(), Failure> {
        if self.read_socket().await? == 0 {
            return Err("the server closed the connection".into());
        }
        self.take_frames()
    }

    async fn read_socket(&mut self) -> io::Result<usize> {
        poll_fn(|cx| {
            ARRIVED.with_borrow_mut(|arrived| {
                let mut arrived = ReadBuf::new(arrived);
                ready!(Pin::new(&mut self.stream).poll_read(cx, &mut arrived))?;
                self.read.extend_from_slice(arrived.filled());
                Poll::Ready(Ok(arrived.filled().len()))
            })
        })
        .await
    }

    fn take_frames(&mut self) -> Result<(), Failure> {
        self.messages.drain(..std::mem::take(&mut self.seen));
        let mut taken = 0;
        while let Some(frame) = web_socket::read(&self.read[taken..])? {
            taken += frame.length;
            if frame.is_control {
                continue;
            }
            if self.dialect == Dialect::SocketIo && frame.payload == b"2" {
                // A ping, which is answered with what is sent next.
                web_socket::write(b"3", false, &mut self.write);
                continue;
            }
            self.messages.extend_from_slice(frame.payload);
            if frame.is_last && !self.dialect.is_framed() {
                self.messages.push(END);
            }
        }
        self.read.drain(..taken);
        Ok(())
    }

    /// What has arrived, one after the other.
    pub(super) fn next(&mut self) -> Result<Option<Event<'_>>, Failure> {
        match self.dialect.cut(&self.messages[self.seen..]) {
            Some((message, length)) => {
                self.seen += length;
                self.dialect.read(message).map(Some)
            }
            None => Ok(None),
        }
    }

    /// Waits for the answer to this call, which has to be this.
    pub(super) async fn answered(&mut self, id: u64, right: Value<'_>) -> Result<(), Failure> {
        loop {
            while let Some(event) = self.next()? {
                match event {
                    Event::Answer(answered, value) if answered == id && value == right => {
                        return Ok(());
                    }
                    Event::Other => {}
                    wrong => return Err(format!("not expected: {wrong:?}").into()),
                }
            }
            self.receive().await?;
        }
    }
}
