import Foundation
import FoundationNetworking
import SystemPackage

/// Debian's nginx, whose only log goes to a syslog server.
struct Nginx: Sendable {
    let base: URL

    /// One request, answered.
    func get(_ number: Int) async throws {
        let url = base.appending(path: "batch/\(number / NumberedLog.linesPerRoute)")
        let (_, response) = try await URLSession.shared.data(for: URLRequest(url: url, timeoutInterval: 10))
        guard (response as? HTTPURLResponse)?.statusCode == 200 else { throw Missing("an answer of nginx") }
    }
}

/// Runs nginx until `body` returns. `server` is where it logs to: `127.0.0.1:5140,nohostname` or `unix:/path`.
func withNginx<Result: Sendable>(
    loggingTo server: String, in place: Workplace, _ body: (Nginx) async throws -> Result
) async throws -> Result {
    let path = FilePath("/usr/sbin/nginx")
    guard FileManager.default.isExecutableFile(atPath: path.string) else {
        throw Missing("no \(path): `make test` installs it (nginx-light)")
    }
    let port = try freePort()
    try FileManager.default.createDirectory(atPath: place.file("tmp").string, withIntermediateDirectories: true)
    // As root its workers are somebody else, who may not write to the socket.
    let user = getuid() == 0 ? "user root;" : ""
    try place.write(
        "nginx.conf",
        """
        \(user)
        daemon off;
        worker_processes 2;
        pid nginx.pid;
        error_log error.log warn;
        events { worker_connections 64; }
        http {
            client_body_temp_path tmp/body;
            proxy_temp_path tmp/proxy;
            fastcgi_temp_path tmp/fastcgi;
            uwsgi_temp_path tmp/uwsgi;
            scgi_temp_path tmp/scgi;
            log_format plumbline escape=json
                '{"ts":$msec,"method":"$request_method","route":"$uri","status":$status,'
                '"request_time":$request_time,"bytes_sent":$bytes_sent,"agent":"$http_user_agent"}';
            access_log syslog:server=\(server) plumbline;
            server {
                listen 127.0.0.1:\(port);
                location / { return 200; }
            }
        }
        """)
    guard let base = URL(string: "http://127.0.0.1:\(port)") else { throw Missing("a URL of nginx") }
    return try await withProgram(
        path, ["-p", place.path.string + "/", "-c", "nginx.conf"], directory: place.path, log: place.file("nginx.out")
    ) { _ in
        try await wait("nginx") { FileManager.default.fileExists(atPath: place.file("nginx.pid").string) }
        return try await body(Nginx(base: base))
    }.result
}
