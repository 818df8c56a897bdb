// The official client's scripts for browsers, as the modules that the tests import.
export const { HttpTransportType, HubConnectionBuilder, LogLevel, Subject } = globalThis.signalR;
export const { MessagePackHubProtocol } = globalThis.signalR.protocols.msgpack;
