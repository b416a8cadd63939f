using System.Text;

namespace FederatedQuery.GraphQL.Tests.Incremental;

/// <summary>Documents over <see cref="HeroSchema"/>.</summary>
internal static class IncrementalDocuments
{
    /// <summary>With variables where they have any.</summary>
    public static IReadOnlyList<(string Document, string? Variables)> ByHand { get; } =
    [
        .. new[]
        {
            // @defer alone.
            "{ name ... @defer { slowName } }",
            "{ name ... @defer(label: \"a\") { slowName } }",
            "{ ... @defer { name } }",
            "{ ...F @defer(label: \"f\") } fragment F on Query { name slowName }",
            "{ self { id ... @defer { name } } }",
            "{ self { ... @defer { name slowName } } slowName }",
            "{ slowSelf { ... @defer { name } } }",
            "{ strictSelf { strictSelf { ... @defer(label: \"deep\") { id } } } }",
            "{ ... @defer(if: false) { name } id }",
            "{ ... @defer(if: true) { name } id }",
            "{ noSelf { ... @defer { name } } }",
            "{ friends { ... @defer { name } } }",
            "{ friends { id ... @defer { slowName } } slowName }",
            "{ slowFriends { id ...F @defer } } fragment F on Hero { slowName self { id } }",
            "{ asyncFriends { id ... @defer { name } } }",
            "{ named { name ... on Droid @defer(label: \"d\") { id } ... on Hero @defer(label: \"h\") { slowName } } }",
            "{ named { ... @defer { __typename id } } }",

            // What was sent is not sent again.
            "{ name ... @defer { name } }",
            "{ name ... @defer { name slowName } }",
            "{ self { id } ... @defer { self { id name } } }",
            "{ self { id } ... @defer { self { id } } }",
            "{ self { id self { id } } ... @defer { self { name self { name } } } }",
            "{ ... @defer(label: \"a\") { self { id name } } ... @defer(label: \"b\") { self { id slowName } } }",
            "{ ... @defer(label: \"a\") { name } ... @defer(label: \"b\") { name } }",
            "{ self { ... @defer(label: \"a\") { id name } } ... @defer(label: \"b\") { self { name slowName } } }",
            "{ ...F ...F @defer } fragment F on Query { name slowName }",
            "{ ...F @defer ...F } fragment F on Query { name slowName }",
            "{ ...F @defer(label: \"one\") ...F @defer(label: \"two\") } fragment F on Query { name }",
            "{ friends { id } ... @defer { friends { id name } } }",
            "{ friends { id } ... @defer { friends { name self { id } } name } }",
            "{ asyncFriends { id } ... @defer { asyncFriends { name } } }",

            // Nested.
            "{ ... @defer(label: \"a\") { name ... @defer(label: \"b\") { id } } }",
            "{ ... @defer(label: \"a\") { slowName ... @defer(label: \"b\") { id ... @defer(label: \"c\") { name } } } }",
            "{ ... @defer(label: \"a\") { ... @defer(label: \"b\") { id } } }",
            "{ ... @defer(label: \"a\") { ... @defer(label: \"b\") { id } name } id }",
            "{ ... @defer(label: \"a\") { self { id ... @defer(label: \"b\") { name slowName } } } }",
            "{ ... @defer(label: \"a\") { slowSelf { id ... @defer(label: \"b\") { slowName } } } name }",
            "{ self { ... @defer(label: \"a\") { id self { ... @defer(label: \"b\") { id name } } } } self { self { name } } }",
            "{ ... @defer(label: \"a\") { friends { id ... @defer(label: \"b\") { slowName } } } }",
            "{ ... @defer(label: \"a\") { name self { id ... @defer(label: \"b\") { self { id } } } } ... @defer(label: \"c\") { self { self { id name } } } }",

            // Errors.
            "{ name ... @defer { fail } }",
            "{ name ... @defer { slowFail } }",
            "{ name ... @defer { strictFail } }",
            "{ name ... @defer { slowStrictFail } }",
            "{ name ... @defer(label: \"a\") { strictFail id } ... @defer(label: \"b\") { id } }",
            "{ name ... @defer(label: \"a\") { slowStrictFail id } ... @defer(label: \"b\") { id } }",
            "{ ... @defer(label: \"a\") { strictFail ... @defer(label: \"b\") { name } } }",
            "{ ... @defer(label: \"a\") { self { strictFail } id } }",
            "{ ... @defer(label: \"a\") { strictSelf { strictFail } id } }",
            "{ ... @defer(label: \"a\") { strictSelf { slowStrictFail ... @defer(label: \"b\") { id } } id } name }",
            "{ self { strictFail ... @defer { name } } id }",
            "{ self { slowStrictFail ... @defer { name } } id }",
            "{ self { strictSelf { ... @defer { name } } slowStrictFail } id ... @defer { name } }",
            "{ strictSelf { slowStrictFail } ... @defer { name } }",
            "{ strictFail ... @defer { name } }",
            "{ friends { id ... @defer { slowStrictFail } } }",
            "{ strictFriends { id ... @defer { strictFail } } }",
            "{ self { id } ... @defer(label: \"a\") { self { slowStrictFail } name } }",
            "{ fail ... @defer { name } }",

            // @stream.
            "{ friends @stream { id } }",
            "{ friends @stream(initialCount: 1) { id } }",
            "{ friends @stream(initialCount: 2, label: \"s\") { id slowName } }",
            "{ friends @stream(initialCount: 3) { id } }",
            "{ friends @stream(initialCount: 9) { id } }",
            "{ friends @stream(if: false) { id } }",
            "{ slowFriends @stream(initialCount: 1) { id } }",
            "{ asyncFriends @stream { id } }",
            "{ asyncFriends @stream(initialCount: 2) { slowName } }",
            "{ asyncFriends @stream(initialCount: 7) { slowName } }",
            "{ numbers @stream(initialCount: 1) ticks @stream(initialCount: 1) }",
            "{ ticks }",
            "{ matrix @stream(initialCount: 1) }",
            "{ named @stream { name ... on Droid { id } } }",
            "{ empty @stream { id } }",
            "{ noSelf { friends @stream { id } } }",
            "{ friends @stream(initialCount: 1) { friends @stream(initialCount: 1) { id } } }",
            "{ friends @stream { id friends @stream(label: \"inner\") { slowName } } }",
            "{ strictFriends @stream(initialCount: 1) { id } }",
            "{ asyncStrictFriends { id } }",

            // Errors in streams.
            "{ holes @stream }",
            "{ holes @stream(initialCount: 2) }",
            "{ looseHoles @stream }",
            "{ asyncHoles @stream(initialCount: 1) name }",
            "{ asyncHoles name }",
            "{ brokenFriends { id } name }",
            "{ brokenFriends @stream { id } name }",
            "{ brokenFriends @stream(initialCount: 3) { id } name }",
            "{ noList @stream }",
            "{ friends @stream(initialCount: 1) { fail } }",
            "{ friends @stream(initialCount: 1) { strictFail } }",
            "{ friends @stream(initialCount: 1) { slowStrictFail } }",
            "{ strictFriends @stream(initialCount: 0) { id slowStrictFail } }",
            "{ self { friends @stream { id } slowStrictFail } name }",
            "{ self { asyncFriends @stream { id } strictFail } name }",

            // Both.
            "{ friends @stream(initialCount: 1) { id ... @defer { slowName } } }",
            "{ asyncFriends @stream(initialCount: 1) { id ... @defer(label: \"d\") { name friends @stream(label: \"s\") { id } } } }",
            "{ ... @defer(label: \"d\") { friends @stream(initialCount: 1, label: \"s\") { id } } }",
            "{ ... @defer { slowFriends @stream { id ... @defer { slowName } } } }",
            "{ self { ... @defer { friends @stream { id } } } ... @defer { self { friends @stream { id } } } }".Replace("friends @stream { id } } } }", "name } } }", StringComparison.Ordinal),
            "{ ... @defer { strictFail friends @stream { id } } }",
            "{ ... @defer(label: \"a\") { asyncFriends @stream { strictFail } } }",
            "mutation { make { id ... @defer { slowName } friends @stream(initialCount: 1) { id } } }",
            "mutation { a: make { ... @defer(label: \"a\") { slowName } } b: make { id ... @defer(label: \"b\") { name } } }",
        }.Select(text => (text, (string?)null)),
        ("query($on: Boolean!) { id ... @defer(if: $on) { name } }", "{\"on\":true}"),
        ("query($on: Boolean!) { id ... @defer(if: $on) { name } }", "{\"on\":false}"),
        ("query($on: Boolean) { id ... @defer(if: $on) { name } friends @stream(if: $on) { id } }", null),
        ("query($n: Int!) { friends @stream(initialCount: $n) { id } }", "{\"n\":2}"),
        ("query($n: Int! = 1) { friends @stream(initialCount: $n) { id } }", null),
        ("query($n: Int) { friends @stream(initialCount: $n) { id } }", null),
        ("query($skip: Boolean!) { id ... @defer @skip(if: $skip) { name } ... @include(if: $skip) @defer { slowName } }", "{\"skip\":true}"),
    ];

    /// <summary>Random selections with <c>@defer</c> and <c>@stream</c> strewn over them, the same for the same seed.</summary>
    /// <param name="random">Decides.</param>
    /// <param name="mayFail">Whether fields that fail are among those selected, those of non-null type included.</param>
    public static string Generate(Random random, bool mayFail)
    {
        var text = new StringBuilder();
        WriteSelection(random, text, mayFail, depth: 0);
        return text.ToString();
    }

    /// <summary>The document as if it had neither directive.</summary>
    public static string WithoutDirectives(string document) =>
        System.Text.RegularExpressions.Regex.Replace(document, @" @(defer|stream(\([^)]*\))?)", string.Empty);

    private static void WriteSelection(Random random, StringBuilder text, bool mayFail, int depth)
    {
        string[] leaves = mayFail
            ? ["id", "name", "slowName", "ticks", "numbers", "fail", "slowFail", "strictFail", "slowStrictFail", "holes", "asyncHoles"]
            : ["id", "name", "slowName", "ticks", "numbers", "matrix", "looseHoles", "fail", "slowFail"];
        string[] objects = ["self", "strictSelf", "slowSelf", "slowStrictSelf", "noSelf"];
        string[] lists = mayFail
            ? ["friends", "strictFriends", "slowFriends", "asyncFriends", "asyncStrictFriends", "brokenFriends"]
            : ["friends", "strictFriends", "slowFriends", "asyncFriends", "asyncStrictFriends", "empty"];
        text.Append('{');
        var count = random.Next(1, depth > 2 ? 3 : 5);
        for (var i = 0; i < count; i++)
        {
            text.Append(' ');
            switch (random.Next(depth > 3 ? 3 : 9))
            {
                case 0 or 1 or 2:
                    // Failing fields are made rare, or nothing would be left.
                    text.Append(leaves[random.Next(random.Next(4) == 0 ? leaves.Length : 5)]);
                    break;
                case 3 or 4:
                    text.Append(objects[random.Next(objects.Length)]).Append(' ');
                    WriteSelection(random, text, mayFail, depth + 1);
                    break;
                case 5:
                    // A field may be streamed in one place only, so each such has a name of its own.
                    var streams = random.Next(2) == 0;
                    var list = lists[random.Next(lists.Length)];
                    text.Append(streams ? $"s{text.Length}: {list} @stream(initialCount: {random.Next(4)}) " : $"{list} ");
                    WriteSelection(random, text, mayFail, depth + 1);
                    break;
                default:
                    text.Append(random.Next(3) == 0 ? "... " : "... @defer ");
                    WriteSelection(random, text, mayFail, depth + 1);
                    break;
            }
        }

        text.Append(" }");
    }
}
