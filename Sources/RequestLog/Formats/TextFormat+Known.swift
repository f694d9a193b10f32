extension TextFormat {
    /// What is read without being told, in the order in which it is tried. No line of one is another's, for each must take
    /// the whole line; uWSGI's comes first because its beginning tells it, then the usual ones, and
    /// what goes far on the lines of others behind those others.
    package static let known: [TextFormat] =
        [
            known("uwsgi", uwsgi, uwsgiMeanings), known("combined", clf + #" "$http_referer" "$http_user_agent""#),
            known("common", clf),
            known("ingress-nginx", ingress, numbers: ["request_length", "request_time"]),
            known("traefik", traefik, ["duration": .duration(.milliseconds)], numbers: ["request_count"]),
            known("nginx-amplify", amplify),
            known("nginx-main", clf + #" "$http_referer" "$http_user_agent" "$http_x_forwarded_for""#),
            known("vhost-combined", "$vhost " + clf + #" "$http_referer" "$http_user_agent""#),
            known("nginx-cache", cache),
            known("envoy", envoy, envoyMeanings), known("istio", istio, envoyMeanings),
        ] + haproxy + [
            known("s3", s3, ["total_time": .duration(.milliseconds), "operation": nil, "user": nil]),
            known("alb", alb, awsMeanings, inside: ["times": 2], numbers: ["time"]),
            known("elb", elb + #" "$agent" $cipher $protocol"#, awsMeanings, inside: ["times": 2], numbers: ["time"]),
            known("elb", elb, awsMeanings, inside: ["times": 2], numbers: ["time"]),
            known("squid", squid, squidMeanings, padded: ["elapsed"], numbers: ["time"]),
            known("uvicorn", #"INFO:     $client - "$request" $status $reason"#),
            // Of its `runserver`.
            known("django", #"[$time_local] "$request" $status $body_bytes_sent"#),
        ]

    private static let clf = #"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent"#

    // kubernetes/ingress-nginx, its default log-format-upstream.
    private static let ingress =
        clf + #" "$http_referer" "$http_user_agent" $request_length $request_time [$proxy_upstream_name] "#
        + "[$proxy_alternative_upstream_name] $upstream_addr $upstream_response_length $upstream_response_time "
        + "$upstream_status $req_id"

    // nginx's documentation of metrics, `main_ext`.
    private static let amplify =
        clf + #" "$http_referer" "$http_user_agent" "$http_x_forwarded_for" "$host" sn="$server_name" "#
        + #"rt=$request_time ua="$upstream_addr" us="$upstream_status" ut="$upstream_response_time" "#
        + #"ul="$upstream_response_length" cs=$upstream_cache_status"#

    private static let cache =
        #"$remote_addr [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "#
        + #""$upstream_cache_status""#

    // Traefik's common log format: the number of requests, router and server, and the duration in whole milliseconds.
    private static let traefik =
        clf + #" "$http_referer" "$http_user_agent" $request_count "$router" "$server" ${duration}ms"#

    // Envoy's default format string, and Istio's.
    private static let envoy =
        #"[$start] "$request" $code $flags $received $sent $duration $upstream_time "$forwarded" "$agent" "$id" "#
        + #""$authority" "$upstream""#
    private static let istio =
        #"[$start] "$request" $code $flags $details $termination "$failure" $received $sent $duration "#
        + #"$upstream_time "$forwarded" "$agent" "$id" "$authority" "$upstream" $cluster $local $downstream_local "#
        + "$downstream_remote $server_name $route_name"
    private static let envoyMeanings: [String: FieldMeaning?] = [
        "start": FieldMeaning(field: .time, rank: 0),
        "code": FieldMeaning(field: .status, rank: 0, notation: .signed),
        "sent": FieldMeaning(field: .bytes, rank: 0), "duration": .duration(.milliseconds),
        "upstream_time": FieldMeaning(field: .upstreamTime, rank: 0, unit: .milliseconds), "upstream": nil, "id": nil,
        "route_name": FieldMeaning(field: .route, rank: 0),
    ]

    // HAProxy's `option httplog`, with no, one or two lists of captured headers.
    private static let haproxy: [TextFormat] = ["", "{$captured} ", "{$captured} {$captured_response} "].map {
        captures in
        known(
            "haproxy",
            "$client [$accept] $frontend $backend $TR/$Tw/$Tc/$Tr/$Ta $status $bytes $request_cookie "
                + "$response_cookie $termination $actconn/$feconn/$beconn/$srvconn/$retries $srvqueue/$bequeue "
                + captures + #""$request""#,
            [
                "accept": FieldMeaning(field: .time, rank: 0),
                "status": FieldMeaning(field: .status, rank: 0, notation: .signed),
                "Ta": FieldMeaning(field: .duration, rank: 0, unit: .milliseconds, notation: .signed),
                "Tr": FieldMeaning(field: .upstreamTime, rank: 0, unit: .milliseconds, notation: .signed),
            ])
    }

    // AWS: the times of request, target and response are seconds, -1 where there was none.
    private static let alb =
        #"$type $time $elb $client $target $times $elb_status $target_status $received $sent "$request" "$agent" $rest"#
    private static let elb =
        #"$time $elb $client $backend $times $elb_status $backend_status $received $sent "$request""#
    private static let awsMeanings: [String: FieldMeaning?] = [
        "time": FieldMeaning(field: .time, rank: 0),
        "times": FieldMeaning(field: .duration, rank: 0, unit: .seconds, notation: .signedSum),
        "elb_status": FieldMeaning(field: .status, rank: 0), "sent": FieldMeaning(field: .bytes, rank: 0),
        "target": nil, "protocol": nil, "type": nil,
    ]
    private static let s3 =
        #"$owner $bucket [$time_local] $remote_ip $requester $request_id $operation $key "$request" $status $error "#
        + #"$bytes $object_size $total_time $turn_around_time "$http_referer" "$http_user_agent" $rest"#

    // Squid's native format; the elapsed milliseconds are brought to six columns.
    private static let squid = "$time $elapsed $client $cache/$status $bytes $method $url $user $hierarchy $type"
    private static let squidMeanings: [String: FieldMeaning?] = [
        "elapsed": .duration(.milliseconds), "status": FieldMeaning(field: .status, rank: 0, notation: .signed),
        "user": FieldMeaning(field: .identity, rank: 0),
    ]

    // uWSGI's own; the unit of the duration is a word behind it.
    private static let uwsgi =
        "[pid: $pid|app: $app|req: $count/$all] $remote_addr ($user) {$vars} [$time] $method $uri => generated "
        + "$bytes bytes in $took ($protocol $status) $rest"
    private static let uwsgiMeanings: [String: FieldMeaning?] = [
        "took": FieldMeaning(field: .duration, rank: 0), "user": FieldMeaning(field: .identity, rank: 0),
        "count": nil, "protocol": nil,
    ]

    /// What can hold blanks although one stands behind it.
    private static let phrases: Set<String> = ["remote_user", "times", "rest", "took", "reason"]

    /// - Parameters:
    ///   - text: in nginx's notation.
    ///   - meanings: of variables that are not nginx's.
    ///   - inside: how often the byte behind a variable stands in its value.
    ///   - numbers: variables that begin with a digit.
    private static func known(
        _ name: String, _ text: String, _ meanings: [String: FieldMeaning?] = [:], inside: [String: Int] = [:],
        padded: Set<String> = [], numbers: Set<String> = []
    ) -> TextFormat {
        do throws(TextFormatError) {
            var format = try TextFormat(name: name, nginx: text, pattern: nil) { variable in
                meanings[variable] ?? TextNames.meaning(ofVariable: variable)
            }
            for place in format.parts.indices {
                let variable = String(format.parts[place].key.dropFirst())
                format.parts[place].inside = inside[variable] ?? 0
                format.parts[place].isPadded = padded.contains(variable)
                format.parts[place].isNumber = numbers.contains(variable)
                let behind = place + 1 < format.parts.count ? format.parts[place + 1].literal : format.end
                // At the end of a line, what is a count holds none either.
                format.parts[place].isWord =
                    (behind.isEmpty ? variable == "body_bytes_sent" : behind.first == space)
                    && !format.parts[place].isList && !phrases.contains(variable)
            }
            return format
        } catch {
            preconditionFailure("\(name): \(error.text)")
        }
    }
}

extension FieldMeaning {
    fileprivate static func duration(_ unit: DurationUnit) -> FieldMeaning {
        FieldMeaning(field: .duration, rank: 0, unit: unit)
    }
}
