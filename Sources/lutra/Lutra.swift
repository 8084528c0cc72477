@main
struct Lutra {
    static func main() {}
}
