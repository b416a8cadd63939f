using System.Text.RegularExpressions;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Docs;

/// <summary>A fenced block of a page of the documentation.</summary>
/// <param name="Page">Its file, from the repository's root.</param>
/// <param name="Line">Of its fence.</param>
/// <param name="Language">Behind the fence; empty where there is none.</param>
/// <param name="Text">What is in it.</param>
/// <param name="Mark">The comment in the line before, without its brackets: <c>not run: needs Docker</c>, <c>run: BackupTests</c>, <c>fails: JOB_NOT_FOUND</c>; null: none.</param>
internal sealed partial record DocBlock(string Page, int Line, string Language, string Text, string? Mark)
{
    /// <summary>README.md, ecs/README.md and the pages of docs; decisions tell of the past.</summary>
    public static IReadOnlyList<string> Pages { get; } =
    [
        "README.md", "ecs/README.md",
        .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(path => "docs/" + Path.GetFileName(path)).Order(StringComparer.Ordinal),
    ];

    public static IReadOnlyList<DocBlock> ReadPage(string page) => Read(page, File.ReadAllLines(Path.Combine(Repository.Root, page)));

    public static IReadOnlyList<DocBlock> Read(string page, IReadOnlyList<string> lines)
    {
        var blocks = new List<DocBlock>();
        for (var start = 0; start < lines.Count; start++)
        {
            if (Fence().Match(lines[start]) is not { Success: true } fence)
            {
                continue;
            }

            var end = start + 1;
            while (end < lines.Count && lines[end].Trim() != "```")
            {
                end++;
            }

            var indent = fence.Groups["indent"].Length;
            var text = lines.Skip(start + 1).Take(end - start - 1).Select(line => line[Math.Min(indent, line.Length - line.TrimStart().Length)..]);
            var mark = start > 0 && Comment().Match(lines[start - 1]) is { Success: true } comment ? comment.Groups["text"].Value : null;
            blocks.Add(new DocBlock(page, start + 1, fence.Groups["language"].Value, string.Join('\n', text), mark));
            start = end;
        }

        return blocks;
    }

    /// <summary>What <see cref="Mark"/> says behind the word; null where it says something else.</summary>
    public string? Marked(string word) => Mark?.StartsWith(word + ": ", StringComparison.Ordinal) == true ? Mark[(word.Length + 2)..] : null;

    public override string ToString() => $"{Page}:{Line}";

    [GeneratedRegex("^(?<indent> *)```(?<language>[a-z]*)$")]
    private static partial Regex Fence();

    [GeneratedRegex("^ *<!-- (?<text>.+) -->$")]
    private static partial Regex Comment();
}
