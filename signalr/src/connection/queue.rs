use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use super::lock;

/// A bounded queue for the items of one stream, with an end that may be an error.
///
/// The end takes no room and comes after all items. Not a channel of a library, since none lets a
/// full queue be ended with an error at once.
pub(crate) fn queue<T, E>(capacity: usize) -> (QueueWriter<T, E>, QueueReader<T, E>) {
    let shared = Arc::new(Mutex::new(Shared {
        items: VecDeque::new(),
        capacity,
        end: None,
        reader_gone: false,
        reader: None,
        writer: None,
    }));
    (QueueWriter(Arc::clone(&shared)), QueueReader(shared))
}

struct Shared<T, E> {
    items: VecDeque<T>,
    capacity: usize,
    end: Option<Result<(), E>>,
    reader_gone: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

pub(crate) struct QueueWriter<T, E>(Arc<Mutex<Shared<T, E>>>);

pub(crate) struct QueueReader<T, E>(Arc<Mutex<Shared<T, E>>>);

/// What became of an item.
pub(crate) enum Offer<T> {
    Taken,
    /// No room; here it is again.
    Full(T),
    /// Nobody reads any more.
    Gone,
}

impl<T, E> QueueWriter<T, E> {
    pub(crate) fn offer(&self, item: T) -> Offer<T> {
        let mut shared = lock(&self.0);
        if shared.reader_gone {
            return Offer::Gone;
        }
        if shared.items.len() >= shared.capacity {
            return Offer::Full(item);
        }
        shared.items.push_back(item);
        let reader = shared.reader.take();
        drop(shared);
        if let Some(reader) = reader {
            reader.wake();
        }
        Offer::Taken
    }

    /// Adds an item even if there is no room: how many wait now. `None`: nobody reads any more.
    pub(crate) fn push(&self, item: T) -> Option<usize> {
        let mut shared = lock(&self.0);
        if shared.reader_gone {
            return None;
        }
        shared.items.push_back(item);
        let waiting = shared.items.len();
        let reader = shared.reader.take();
        drop(shared);
        if let Some(reader) = reader {
            reader.wake();
        }
        Some(waiting)
    }

    /// Ready when an item would be taken, or nobody reads any more.
    pub(crate) fn poll_room(&self, cx: &mut Context<'_>) -> Poll<()> {
        let capacity = lock(&self.0).capacity;
        self.poll_fewer(cx, capacity)
    }

    /// Ready when fewer than `count` items wait, or nobody reads any more.
    pub(crate) fn poll_fewer(&self, cx: &mut Context<'_>, count: usize) -> Poll<()> {
        let mut shared = lock(&self.0);
        if shared.reader_gone || shared.items.len() < count {
            return Poll::Ready(());
        }
        shared.writer = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Whether somebody waits for an item, or for the end.
    pub(crate) fn is_awaited(&self) -> bool {
        lock(&self.0).reader.is_some()
    }

    /// Ends the stream; only the first end counts.
    pub(crate) fn end(&self, end: Result<(), E>) {
        let mut shared = lock(&self.0);
        shared.end.get_or_insert(end);
        let reader = shared.reader.take();
        drop(shared);
        if let Some(reader) = reader {
            reader.wake();
        }
    }
}

impl<T, E> QueueReader<T, E> {
    pub(crate) fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Option<Result<T, E>>> {
        let mut shared = lock(&self.0);
        if let Some(item) = shared.items.pop_front() {
            let writer = shared.writer.take();
            drop(shared);
            if let Some(writer) = writer {
                writer.wake();
            }
            return Poll::Ready(Some(Ok(item)));
        }
        match shared.end.take() {
            None => {
                shared.reader = Some(cx.waker().clone());
                Poll::Pending
            }
            Some(end) => {
                shared.end = Some(Ok(()));
                Poll::Ready(end.err().map(Err))
            }
        }
    }
}

impl<T, E> Drop for QueueReader<T, E> {
    fn drop(&mut self) {
        let mut shared = lock(&self.0);
        shared.reader_gone = true;
        let items = std::mem::take(&mut shared.items);
        let writer = shared.writer.take();
        drop(shared);
        drop(items);
        if let Some(writer) = writer {
            writer.wake();
        }
    }
}

impl<T, E> fmt::Debug for QueueReader<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueueReader").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    #[tokio::test]
    async fn an_error_comes_after_all_items_even_if_the_queue_is_full() {
        let (writer, reader) = queue::<_, &str>(2);
        assert!(matches!(writer.offer(1), Offer::Taken));
        assert!(matches!(writer.offer(2), Offer::Taken));
        assert!(matches!(writer.offer(3), Offer::Full(3)));
        writer.end(Err("broken"));
        let mut seen = Vec::new();
        while let Some(item) = poll_fn(|cx| reader.poll_next(cx)).await {
            seen.push(item);
        }
        assert_eq!(seen, [Ok(1), Ok(2), Err("broken")]);
    }

    #[tokio::test]
    async fn a_writer_learns_that_nobody_reads() {
        let (writer, reader) = queue::<_, ()>(1);
        assert!(matches!(writer.offer(1), Offer::Taken));
        drop(reader);
        poll_fn(|cx| writer.poll_room(cx)).await;
        assert!(matches!(writer.offer(2), Offer::Gone));
    }
}
