extension TextFormat {
    /// What is read without being told, in the order in which it is tried: of two that begin alike the longer first.
    package static let known: [TextFormat] = [
        nginx(
            "combined",
            #"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent""#
        ),
        nginx("common", #"$remote_addr $ident $remote_user [$time_local] "$request" $status $body_bytes_sent"#),
    ]

    private static func nginx(_ name: String, _ text: String) -> TextFormat {
        do throws(TextFormatError) {
            return try TextFormat(name: name, nginx: text)
        } catch {
            preconditionFailure("\(name): \(error.text)")
        }
    }
}
