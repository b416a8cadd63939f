using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Docs;

/// <summary>Every block of the documentation is run, or says why not. What is run is run by <see cref="DocCommandTests"/>.</summary>
public class DocBlockTests
{
    /// <summary>Configuration, code to build in, and what is printed.</summary>
    private static readonly string[] Data = ["text", "json", "yaml", "csharp", "properties", "ini"];

    private const int ShortestReason = 10;

    [Fact]
    public void Pages_AllBlocks_AreRunOrSayWhyNot() =>
        Assert.Empty(DocBlock.Pages.SelectMany(DocBlock.ReadPage).Select(Complaint).OfType<string>());

    [Theory]
    [InlineData("```", "has no language")]
    [InlineData("```ruby", "'ruby' is neither run nor known as data")]
    [InlineData("<!-- not run: no -->\n```sh", "gives no reason")]
    [InlineData("<!-- run: NoSuchTests -->\n```sh", "'NoSuchTests' is no test")]
    [InlineData("<!-- ran: BackupTests -->\n```sh", "'ran: BackupTests' is no mark")]
    [InlineData("<!-- run: BackupTests -->\n```sh", null)]
    [InlineData("<!-- not run: needs a second machine -->\n```ruby", null)]
    [InlineData("  ```sh", null)]
    public void Complaint_OfABlock_SaysWhatIsMissing(string start, string? complaint)
    {
        var block = Assert.Single(DocBlock.Read("a.md", [.. start.Split('\n'), "  echo 1", "```"]));

        Assert.Equal(start.StartsWith("  ", StringComparison.Ordinal) ? "echo 1" : "  echo 1", block.Text);
        Assert.Equal(complaint is null, Complaint(block) is null);
        Assert.Contains(complaint ?? "", Complaint(block) ?? "", StringComparison.Ordinal);
    }

    private static string? Complaint(DocBlock block) => block switch
    {
        { Mark: { } mark } when block.Marked("not run") is { } reason => reason.Length >= ShortestReason ? null : $"{block}: '{mark}' gives no reason.",
        { Mark: not null } when block.Marked("run") is { } test => IsTest(test) ? null : $"{block}: '{test}' is no test.",
        { Mark: { } mark } when block.Marked("fails") is null => $"{block}: '{mark}' is no mark (run: TEST, not run: REASON, fails: CODE).",
        { Language: "" } => $"{block} has no language; what is no command is text.",
        _ when DocCommandTests.Languages.Contains(block.Language) || Data.Contains(block.Language) => null,
        _ => $"{block}: '{block.Language}' is neither run nor known as data.",
    };

    /// <summary>The class of a test, or the name of a block that a test looks for.</summary>
    private static bool IsTest(string name) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), name.EndsWith("Tests", StringComparison.Ordinal) ? name + ".cs" : "BackupTests.cs", SearchOption.AllDirectories)
            .Any(file => name.EndsWith("Tests", StringComparison.Ordinal) || File.ReadAllText(file).Contains($"Commands(\"{name}\")", StringComparison.Ordinal));
}
