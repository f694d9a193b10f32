import Foundation
import SystemPackage
import TestSupport
import Testing

extension EndToEnd {
    @Suite("datagrams of nginx", .timeLimit(.minutes(2)))
    struct NginxDatagramTests {
        @Test("what nginx sends over UDP is counted, each request once")
        func nginxOverUDP() async throws {
            try await withWorkplace { place in
                let port = try DatagramSender.freePort()
                try await withAgent("udp://127.0.0.1:\(port)", in: place) { agent in
                    try await withNginx(loggingTo: "127.0.0.1:\(port),nohostname", in: place) { nginx in
                        try await withThrowingTaskGroup(of: Void.self) { group in
                            for worker in 0..<4 {
                                group.addTask {
                                    for number in stride(from: worker, to: 2_000, by: 4) { try await nginx.get(number) }
                                }
                            }
                            try await group.waitForAll()
                        }
                    }
                    try await agent.commits(2_000)
                    try await expect(agent, lines: 2_000, lost: 0)
                }
                let summary = try await Summary.of(place.data)
                #expect(summary.total.requests == 2_000)
                #expect(summary.routes.map(\.metrics.requests) == [500, 500, 500, 500])
            }
        }

        @Test("what nginx sends to a Unix socket is counted, each request once")
        func nginxOverUnixSocket() async throws {
            try await withWorkplace { place in
                let socket = place.file("in.sock").string
                try await withAgent("unix:\(socket)", in: place) { agent in
                    try await withNginx(loggingTo: "unix:\(socket)", in: place) { nginx in
                        // The kernel keeps ten datagrams at a Unix socket by default, and nginx drops what finds no room.
                        for batch in 0..<50 {
                            for number in batch * 8..<batch * 8 + 8 { try await nginx.get(number) }
                            try await agent.sees(batch * 8 + 8)
                        }
                    }
                    try await expect(agent, lines: 400, lost: nil)
                }
                #expect(try await Summary.of(place.data).total.requests == 400)
            }
        }

        private func expect(_ agent: Agent, lines: Int, lost: Int?) async throws {
            let ledger = try await agent.read(Summary.Ledger.self, "/api/v1/ledger")
            #expect(ledger.lines == lines && ledger.accepted == lines)
            #expect(ledger.lostDatagrams == lost)
        }
    }
}
