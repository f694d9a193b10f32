extension ScreenState {
    package enum Wish: Equatable, Sendable {
        case nothing
        /// Not to wait for the next look.
        case ask
        case leave
    }

    /// - Parameter pageLength: rows that a page key moves by.
    package mutating func press(_ key: Key, pageLength: Int) -> Wish {
        if case .control("c") = key { return .leave }
        if showsKeys {
            showsKeys = false
            return key == .character("q") ? .leave : .nothing
        }
        if isTypingFilter { return type(key) }
        switch key {
        case .character("q"): return .leave
        case .character("?"), .character("h"): showsKeys = true
        case .character(" "), .character("p"): return pause()
        case .character("w"), .character("]"): return turnWindow(by: 1)
        case .character("W"), .character("["): return turnWindow(by: -1)
        case .tab: return turnPage(by: 1)
        case .backtab: return turnPage(by: -1)
        case .escape, .left, .backspace:
            if openRoute != nil { close() } else if page == .routes { filter = "" } else { page = .routes }
        case _ where openRoute != nil: return pressInDetail(key)
        case _ where page == .routes: return pressInRoutes(key, pageLength: pageLength)
        default: break
        }
        return .nothing
    }

    private mutating func pause() -> Wish {
        isPaused.toggle()
        return isPaused ? .nothing : .ask
    }

    private mutating func turnWindow(by step: Int) -> Wish {
        let all = ScreenState.windows
        let place = all.firstIndex(of: windowName) ?? 0
        windowName = all[(place + step + all.count) % all.count]
        // Another window's numbers are other numbers.
        trends = Trends()
        window = nil
        detail = nil
        isPaused = false
        return .ask
    }

    private mutating func turnPage(by step: Int) -> Wish {
        close()
        let all = Page.allCases
        page = all[(page.rawValue + step + all.count) % all.count]
        // Only there they are asked for.
        return page == .changes && !isPaused ? .ask : .nothing
    }

    private mutating func close() {
        openRoute = nil
        detail = nil
    }

    private mutating func pressInDetail(_ key: Key) -> Wish {
        let step = key == .up || key == .character("k") ? -1 : key == .down || key == .character("j") ? 1 : 0
        guard step != 0 else { return .nothing }
        mark(by: step)
        return open()
    }

    private mutating func pressInRoutes(_ key: Key, pageLength: Int) -> Wish {
        switch key {
        case .up, .character("k"): mark(by: -1)
        case .down, .character("j"): mark(by: 1)
        case .pageUp, .control("b"): mark(by: -pageLength)
        case .pageDown, .control("f"): mark(by: pageLength)
        case .home, .character("g"): mark(by: -routes.count)
        case .end, .character("G"): mark(by: routes.count)
        case .enter, .right: return open()
        case .character("/"):
            filter = ""
            isTypingFilter = true
        case .character("s"): sort(by: 1)
        case .character("S"): sort(by: -1)
        case .character("r"): order.isReversed.toggle()
        default: break
        }
        return .nothing
    }

    private mutating func mark(by step: Int) {
        let routes = routes
        guard !routes.isEmpty else { return }
        markedRoute = routes[min(max(markedIndex + step, 0), routes.count - 1)].name
    }

    private mutating func open() -> Wish {
        let routes = routes
        guard !routes.isEmpty else { return .nothing }
        openRoute = routes[markedIndex].name
        markedRoute = openRoute
        detail = nil
        isPaused = false
        return .ask
    }

    private mutating func sort(by step: Int) {
        let all = RouteColumn.allCases
        let place = all.firstIndex(of: order.column) ?? 0
        order = RouteOrder(column: all[(place + step + all.count) % all.count])
    }

    private mutating func type(_ key: Key) -> Wish {
        switch key {
        case .enter: isTypingFilter = false
        case .escape:
            isTypingFilter = false
            filter = ""
        case .backspace: if filter.popLast() == nil { isTypingFilter = false }
        case .control("u"): filter = ""
        case .character(let character): if filter.count < ScreenState.longestFilter { filter.append(character) }
        case .up: mark(by: -1)
        case .down: mark(by: 1)
        default: break
        }
        return .nothing
    }

    private static let longestFilter = 200
}
