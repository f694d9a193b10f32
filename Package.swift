// swift-tools-version: 6.2
import Foundation
import PackageDescription

// The live page is embedded with uPlot, which is not in the repository: without it nothing is built.
guard FileManager.default.fileExists(atPath: Context.packageDirectory + "/.build-live/uPlot.js.gz") else {
    fatalError("uPlot for the live page is not in place: run `make setup` first, or build with `make`")
}

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let niocore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioposix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let niohttp1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let niossl = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioembedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

/// A room of the house; what it may import is written here and checked by `make check`.
func room(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let package = Package(
    name: "plumbline",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess.git", from: "1.0.2"),
    ],
    targets: [
        // The C libraries and kernels.
        .target(name: "CScan"),
        .target(name: "CZlib", linkerSettings: [.linkedLibrary(":libz.a")]),
        .target(name: "CMalloc"),
        .target(name: "CYaml", linkerSettings: [.linkedLibrary(":libyaml.a")]),

        // The life of a line, left to right.
        room("RequestLog", ["CScan"]),
        room("RollingWindow", ["RequestLog"]),
        room("Snapshots", ["RollingWindow", "RequestLog", "CZlib"]),
        room("Files", [systemPackage]),
        room("Store", ["Snapshots", "RollingWindow", "RequestLog", "Files", systemPackage]),
        room("Tailing", ["Files", "CZlib", systemPackage]),

        // Judgement and views.
        room("Health", ["RollingWindow", "RequestLog"]),
        room("Comparison", ["Snapshots", "RollingWindow", "RequestLog", "Health"]),
        room("Exposition", ["RollingWindow", "RequestLog", "Health", "Comparison", "Snapshots", "CMalloc"]),
        room("TerminalScreen", ["Exposition", "Comparison", "Health", "RequestLog"]),
        room("Settings", ["CYaml"]),
        room("Simulation", ["RequestLog"]),

        // The edges.
        room(
            "Serving",
            [
                "Health", "Comparison", "Exposition", "RollingWindow", "RequestLog", "CZlib", niocore, nioposix,
                niohttp1, niossl, logging,
            ],
            resources: [.embedInCode("OpenAPI/openapi.json")]
                + [
                    "index.html", "style.css", "main.js", "state.js", "source.js", "format.js", "draw.js", "charts.js",
                    "heat.js", "routes.js", "route.js", "changes.js", "inputs.js",
                ].map { .embedInCode("../../dashboards/live/\($0)") }
                + ["uPlot.js.gz", "uPlot.css"].map { .embedInCode("../../.build-live/\($0)") }),
        room(
            "Agent",
            [
                "Tailing", "RequestLog", "RollingWindow", "Snapshots", "Store", "Files", "Health", "Exposition",
                "Comparison", "Settings", "Serving", "CMalloc", systemPackage, lifecycle, unixSignals, logging,
            ]),
        .executableTarget(
            name: "plumbline",
            dependencies: [
                "Agent", "Comparison", "Exposition", "Health", "Serving", "Settings", "Simulation", "TerminalScreen",
                "RequestLog", "RollingWindow", "Snapshots", "Store", "Files", systemPackage, argumentParser, logging,
            ],
            // What `plumbline init` prints.
            resources: [
                .embedInCode("Init/fastapi.py"), .embedInCode("Init/flask.py"), .embedInCode("Init/django.py"),
                .embedInCode("Init/nginx.conf"), .embedInCode("Init/Caddyfile"), .embedInCode("Init/envoy.yaml"),
                .embedInCode("Init/plumbline.service"), .embedInCode("Init/compose.yaml"),
                .embedInCode("Init/kubernetes.yaml"), .embedInCode("Init/haproxy.cfg"),
                .embedInCode("Init/prometheus.yml"),
            ],
            swiftSettings: strict),

        // The proofs.
        .target(
            name: "TestSupport", dependencies: ["Files", "Tailing", "CZlib", systemPackage], path: "Tests/TestSupport",
            swiftSettings: strict),
        .target(
            name: "FaultSimulation",
            dependencies: [
                "Agent", "Tailing", "Store", "Snapshots", "RollingWindow", "RequestLog", "Files", "TestSupport",
                systemPackage, logging,
            ],
            path: "Tests/FaultTests/Simulation", swiftSettings: strict),
        .executableTarget(
            name: "fault-simulation", dependencies: ["FaultSimulation"], path: "Tests/FaultTests/Runner",
            swiftSettings: strict),
        tests("FaultTests", ["FaultSimulation"], exclude: ["Simulation", "Runner"]),
        .executableTarget(
            name: "ingest-benchmark",
            dependencies: [
                "Agent", "Tailing", "Store", "RollingWindow", "RequestLog", "Files", systemPackage, logging,
            ],
            path: "Tests/Benchmarks/Ingest", swiftSettings: strict),
        tests("RequestLogTests", ["RequestLog", "TestSupport"]),
        tests("RollingWindowTests", ["RollingWindow", "RequestLog", "TestSupport"]),
        tests("SnapshotsTests", ["Snapshots", "RollingWindow", "RequestLog", "CZlib", "TestSupport"]),
        tests(
            "StoreTests", ["Store", "Snapshots", "RollingWindow", "RequestLog", "Files", "TestSupport", systemPackage]),
        tests("FilesTests", ["Files", "TestSupport", systemPackage]),
        tests("TailingTests", ["Tailing", "Files", "TestSupport", systemPackage]),
        tests("HealthTests", ["Health", "RollingWindow", "RequestLog"]),
        tests(
            "ComparisonTests", ["Comparison", "Snapshots", "RollingWindow", "RequestLog", "TestSupport"],
            exclude: ["Goldens", "Reference"]),
        tests("ExpositionTests", ["Exposition", "Health", "Comparison", "Snapshots", "RollingWindow", "RequestLog"]),
        tests(
            "TerminalScreenTests", ["TerminalScreen", "Exposition", "RequestLog", "TestSupport"], exclude: ["Screens"]),
        tests("SettingsTests", ["Settings"]),
        tests("SimulationTests", ["Simulation", "RequestLog"]),
        tests(
            "ServingTests",
            [
                "Serving", "Health", "Comparison", "Exposition", "RollingWindow", "RequestLog", "TestSupport", niocore,
                nioposix, niohttp1, nioembedded, logging,
            ]),
        tests(
            "AgentTests",
            [
                "Agent", "Tailing", "Store", "Snapshots", "RollingWindow", "RequestLog", "Files", "Settings", "Health",
                "Exposition", "TestSupport", systemPackage, logging,
            ]),
        tests(
            "EndToEndTests", ["TestSupport", subprocess, systemPackage],
            exclude: ["setup.sh", "demo.sh", "Service", "Screens"]),
    ]
)
