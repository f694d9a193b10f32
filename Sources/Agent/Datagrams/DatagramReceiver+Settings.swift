import Logging
import Settings

extension DatagramReceiver {
    /// Opens the sockets that are inputs, all of them or none.
    static func started(by settings: Settings, _ logger: Logger) throws(RunFailure) -> [DatagramReceiver] {
        var receivers: [DatagramReceiver] = []
        for address in settings.inputs.compactMap(\.datagrams) {
            let socket = try DatagramSocket.open(address, receiveBuffer: settings.limits.receiveBuffer)
            logger.info(
                "Receiving datagrams",
                metadata: ["socket": "\(address.text)", "receive_buffer": "\(socket.receiveBuffer.text)"])
            if let count = socket.queueLength, count < AgentLimits.fewDatagrams {
                logger.warning(
                    """
                    The kernel keeps few datagrams at a Unix socket, and who does not wait for room, as nginx, drops \
                    the rest unseen: raise net.unix.max_dgram_qlen
                    """, metadata: ["socket": "\(address.text)", "max_dgram_qlen": "\(count)"])
            }
            receivers.append(DatagramReceiver(socket, limitBytes: settings.limits.lineLength.bytes))
        }
        for receiver in receivers { receiver.start() }
        return receivers
    }
}
