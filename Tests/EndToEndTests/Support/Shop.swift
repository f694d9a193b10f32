import Foundation
import Subprocess
import SystemPackage
import Testing

/// The FastAPI service behind a caching nginx, with a log each.
struct Shop: Sendable {
    let place: Workplace
    let servicePort: Int
    let proxyPort: Int

    var appLog: FilePath { place.file("app.log") }
    var edgeLog: FilePath { place.file("edge.log") }

    /// Sends a seeded mix of requests, and says where the driver's own counts are.
    func drive(requests: Int, seed: Int) async throws -> FilePath {
        let report = place.file("driver.json")
        let finished = try await Python.run(
            "drive.py",
            [
                "http://127.0.0.1:\(proxyPort)", "--requests", "\(requests)", "--concurrency", "12", "--seed",
                "\(seed)",
                "--report", report.string,
            ])
        guard finished.exitCode == 0 else { throw Missing("the driver's report: \(finished.error)") }
        return report
    }

    /// The service's own counters, when its last request is in them.
    func truth() async throws -> FilePath {
        try await Task.sleep(for: .milliseconds(500))
        let url = try #require(URL(string: "http://127.0.0.1:\(servicePort)/__truth"))
        return try place.write("truth.json", Data(contentsOf: url))
    }
}

/// Runs service and proxy until `body` returns.
func withShop<Result: Sendable>(in place: Workplace, _ body: (Shop) async throws -> Result) async throws -> Result {
    let shop = Shop(place: place, servicePort: try freePort(), proxyPort: try freePort())
    let nginx = FilePath("/usr/sbin/nginx")
    guard FileManager.default.isExecutableFile(atPath: nginx.string) else {
        throw Missing("no \(nginx): `make test` installs it (nginx-light)")
    }
    let template = try String(
        contentsOfFile: Python.service.appending("nginx.conf.template").string, encoding: .utf8)
    try place.write(
        "nginx.conf",
        template.replacingOccurrences(of: "@PORT@", with: "\(shop.proxyPort)")
            .replacingOccurrences(of: "@UPSTREAM_PORT@", with: "\(shop.servicePort)"))
    try FileManager.default.createDirectory(
        atPath: place.file("tmp").string, withIntermediateDirectories: true)
    let environment = Environment.inherit.updating([
        "SHOP_LOG": shop.appLog.string, "SHOP_DATABASE": place.file("shop.db").string, "PYTHONDONTWRITEBYTECODE": "1",
    ])
    let uvicorn = [
        "-m", "uvicorn", "app:app", "--app-dir", Python.service.string, "--port", "\(shop.servicePort)",
        "--no-access-log", "--log-level", "critical",
    ]
    return try await withProgram(
        Python.path(), uvicorn, environment: environment, directory: place.path, log: place.file("uvicorn.out")
    ) { _ in
        try await withProgram(
            nginx, ["-p", place.path.string + "/", "-c", "nginx.conf"], directory: place.path,
            log: place.file("nginx.out")
        ) { _ in
            let truth = try #require(URL(string: "http://127.0.0.1:\(shop.servicePort)/__truth"))
            try await wait("the FastAPI service") { (try? Data(contentsOf: truth)) != nil }
            try await wait("nginx") { FileManager.default.fileExists(atPath: place.file("nginx.pid").string) }
            return try await body(shop)
        }.result
    }.result
}
