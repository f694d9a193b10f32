import Foundation
import Testing

@testable import Serving

@Suite("the description of the API")
struct OpenAPITests {
    private struct Description: Decodable {
        var paths: [String: [String: Operation]]
    }

    private struct Operation: Decodable {
        var operationId: String
    }

    @Test("it has every endpoint with its method, and no other")
    func endpoints() throws {
        let description = try JSONDecoder().decode(Description.self, from: Data(PackageResources.openapi_json))
        let described = description.paths.flatMap { path, operations in operations.keys.map { "\($0) \(path)" } }
        let served = Endpoint.allCases.map { "\($0.takes(.post) ? "post" : "get") \($0.pattern)" }
        #expect(described.sorted() == served.sorted())
        let identifiers = description.paths.values.flatMap { $0.values.map(\.operationId) }
        #expect(Set(identifiers).count == identifiers.count)
    }
}
