import Foundation
import Glibc
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("stopping, dying and starting again", .timeLimit(.minutes(2)))
    struct RestartTests {
        @Test("a stop signal ends the agent within a second, with everything committed", arguments: [SIGTERM, SIGINT])
        func stop(signal: CInt) async throws {
            try await withWorkplace { place in
                let log = try NumberedLog(place)
                let ending = try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                    try await log.append(5_000)
                    try await agent.sees(5_000)
                    agent.send(signal)
                }.ending
                #expect(ending.status == .exited(0))
                #expect(ending.took < .seconds(1))
                try await NumberedLog.expect(.of(place.data), has: 5_000)
            }
        }

        // influxdata/telegraf PR #14561, #15324, #16225
        @Test("kill -9 again and again while lines arrive: each line is counted once")
        func kills() async throws {
            try await withWorkplace { place in
                let log = try NumberedLog(place)
                async let written = writeSlowly(log, blocks: 300, of: 40)
                for round in 0..<6 {
                    let ending = try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                        try await Task.sleep(for: .milliseconds(200 + 170 * round))
                        agent.send(SIGKILL)
                    }.ending
                    #expect(ending.status == .signaled(SIGKILL))
                }
                try await written
                let count = await log.count
                try await withAgent(place.file("app.log").string, "--from-start", in: place) {
                    try await $0.commits(count)
                }
                try await NumberedLog.expect(.of(place.data), has: count)
            }
        }

        @Test("kill -9 while the log is rotated under it: each line is counted once")
        func killsAndRotations() async throws {
            try await withWorkplace { place in
                let log = try NumberedLog(place)
                async let written = writeSlowly(log, blocks: 200, of: 40, rotateEvery: 45)
                for round in 0..<5 {
                    try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                        try await Task.sleep(for: .milliseconds(250 + 130 * round))
                        agent.send(SIGKILL)
                    }
                }
                try await written
                let count = await log.count
                try await withAgent(place.file("app.log").string, "--from-start", in: place) {
                    try await $0.commits(count)
                }
                try await NumberedLog.expect(.of(place.data), has: count)
            }
        }

        @Test("a log renamed while the agent runs is finished, and the new one read from its beginning")
        func rotationWhileRunning() async throws {
            try await withWorkplace { place in
                let log = try NumberedLog(place)
                try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                    for rotation in 1...3 {
                        try await log.append(1_000)
                        if rotation == 2 { try await agent.sees(2_000) }
                        try await log.rotate(to: "app.log.\(rotation)")
                    }
                    try await log.append(500)
                    try await agent.commits(3_500)
                }
                try await NumberedLog.expect(.of(place.data), has: 3_500)
            }
        }

        @Test("logs renamed while the agent is down are finished where they were left", arguments: 1...3)
        func rotationWhileDown(rotations: Int) async throws {
            try await withWorkplace { place in
                let log = try NumberedLog(place)
                try await log.append(1_000)
                try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                    try await agent.commits(1_000)
                }
                for rotation in 1...rotations {
                    try await log.append(700)
                    try await log.rotate(to: "app.log.\(rotation)")
                }
                try await log.append(300)
                let count = await log.count
                try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                    try await agent.commits(count)
                    #expect(try await agent.requests() == count, "the last hour is rebuilt")
                }
                try await NumberedLog.expect(.of(place.data), has: count)
            }
        }

        @Test("a log renamed and compressed while the agent is down is finished where it was left")
        func compressionWhileDown() async throws {
            try await withWorkplace { place in
                let log = try NumberedLog(place)
                try await log.append(1_000)
                try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                    try await agent.commits(1_000)
                }
                try await log.append(700)
                try await log.rotate(to: "app.log.1")
                _ = try await runProgram("/usr/bin/gzip", [place.file("app.log.1").string])
                try await log.append(300)
                try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                    try await agent.commits(2_000)
                }
                try await NumberedLog.expect(.of(place.data), has: 2_000)
            }
        }

        @Test("a log that is truncated and written again is read from its beginning")
        func truncation() async throws {
            try await withWorkplace { place in
                let log = try NumberedLog(place)
                try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                    try await log.append(1_000)
                    try await agent.commits(1_000)
                    try await log.truncate()
                    try await log.append(500)
                    try await agent.commits(1_500)
                }
                try await NumberedLog.expect(.of(place.data), has: 1_500)
            }
        }

        @Test("SIGHUP reopens, loses nothing and doubles nothing")
        func hangUp() async throws {
            try await withWorkplace { place in
                let log = try NumberedLog(place)
                let ending = try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                    for _ in 1...5 {
                        try await log.append(400, torn: true)
                        agent.send(SIGHUP)
                    }
                    try await agent.commits(2_000)
                    #expect(try await agent.get("/livez").status == 200)
                }.ending
                #expect(ending.status == .exited(0))
                try await NumberedLog.expect(.of(place.data), has: 2_000)
            }
        }

        // prometheus-nginxlog-exporter #343, #81; statsd_exporter #417
        @Test("the counters of /metrics never decrease, not over a kill either")
        func counters() async throws {
            try await withWorkplace { place in
                let log = try NumberedLog(place)
                var last = 0.0
                for round in 1...4 {
                    try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                        let restored = try await agent.metric("plumbline_requests_total") ?? 0
                        #expect(restored >= last, "round \(round)")
                        try await log.append(1_000)
                        try await wait("more than \(restored) requests") {
                            last = try await agent.metric("plumbline_requests_total") ?? 0
                            return last > restored
                        }
                        agent.send(SIGKILL)
                    }
                }
            }
        }

        /// Blocks of lines, each torn at any byte, a few milliseconds apart.
        private func writeSlowly(_ log: NumberedLog, blocks: Int, of lines: Int, rotateEvery: Int = .max) async throws {
            for block in 1...blocks {
                try await log.append(lines, torn: true)
                if block % rotateEvery == 0 { try await log.rotate(to: "app.log.\(block / rotateEvery)") }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }
}
