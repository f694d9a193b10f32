import Settings
import Testing

@Suite("settings of TLS")
struct TLSSettingsTests {
    @Test(
        "what belongs together is asked for",
        arguments: [
            ("tls: {certificate: a, key: b}", ""), ("tls: {certificate: a, key: b, client_ca: c}", ""),
            ("tls: {certificate: a}", "tls.certificate: expected tls.key beside it, found \"a\""),
            ("tls: {key: b}", "tls.key: expected tls.certificate beside it, found \"b\""),
            ("tls: {client_ca: c}", "tls.client_ca: expected tls.certificate beside it, found \"c\""),
            ("tls: {serve: admin}", "tls.serve: expected admin_listen beside it, found \"admin\""),
            ("tls: {serve: admin}\nadmin_listen: 127.0.0.1:1", ""), ("tls: {serve: all}", ""),
        ])
    func together(yaml: String, error: String) {
        let found = errors(yaml)
        #expect(found.isEmpty == error.isEmpty, "\(found)")
        #expect(found.allSatisfy { $0.hasSuffix(error) }, "\(found)")
    }
}
