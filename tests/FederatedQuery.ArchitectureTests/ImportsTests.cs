using System.Xml.Linq;
using FederatedQuery.Testing;

namespace FederatedQuery.ArchitectureTests;

/// <summary>Imports go down only: a project may name lower floors, never its own floor or a higher one.</summary>
public class ImportsTests
{
    /// <summary>The house, from the bottom (docs/decisions/0001). A project that is not listed here fails the build's tests.</summary>
    private static readonly Dictionary<string, int> Floors = new()
    {
        ["FederatedQuery.ObjectStore"] = 0,
        ["FederatedQuery.DuckDb"] = 0,
        ["FederatedQuery.GraphQL"] = 0,
        ["FederatedQuery.Iceberg"] = 0,
        ["FederatedQuery.Columns"] = 1,
        ["FederatedQuery.Hot"] = 2,
        ["FederatedQuery.Cold"] = 2,
        ["FederatedQuery.Federation"] = 3,
        ["FederatedQuery.Tiering"] = 3,
        ["FederatedQuery.Logs"] = 4,
        ["FederatedQuery.Gateway"] = 5,
    };

    /// <summary>The one sideways edge: the table format reads and writes through object stores.</summary>
    private static readonly HashSet<(string From, string To)> SidewaysEdges = [("FederatedQuery.Iceberg", "FederatedQuery.ObjectStore")];

    public static TheoryData<string> Projects =>
        new(Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Where(path => !path.Contains("node_modules", StringComparison.Ordinal))
            .Select(path => Path.GetFileNameWithoutExtension(path)!));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_GoDown(string project)
    {
        var floor = FloorOf(project);

        var wrong = ReferencesOf(project)
            .Where(reference => FloorOf(reference) >= floor && !SidewaysEdges.Contains((project, reference)));

        Assert.Empty(wrong);
    }

    /// <summary>A namespace is its project: a file that says otherwise would hide an import.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_Namespaces_AreItsOwn(string project)
    {
        var wrong = SourceFilesOf(project)
            .SelectMany(file => File.ReadLines(file)
                .Where(line => line.StartsWith("namespace ", StringComparison.Ordinal))
                .Select(line => line["namespace ".Length..].TrimEnd(';', ' '))
                .Where(name => name != project && !name.StartsWith(project + ".", StringComparison.Ordinal))
                .Select(name => $"{Path.GetRelativePath(Repository.Root, file)}: {name}"));

        Assert.Empty(wrong);
    }

    /// <summary>GraphQL knows nothing of tables; only it and the gateway know ASP.NET Core.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_Usings_StayInItsFloor(string project)
    {
        string[] forbidden = project switch
        {
            "FederatedQuery.Gateway" => [],
            "FederatedQuery.GraphQL" => ["Npgsql", "Microsoft.EntityFrameworkCore"],
            _ => ["Microsoft.AspNetCore"],
        };

        var wrong = SourceFilesOf(project)
            .SelectMany(file => File.ReadLines(file)
                .Where(line => forbidden.Any(name => line.StartsWith($"using {name}", StringComparison.Ordinal)))
                .Select(line => $"{Path.GetRelativePath(Repository.Root, file)}: {line}"));

        Assert.Empty(wrong);
    }

    /// <summary>ASP.NET Core inside GraphQL is the business of its Transports folder alone.</summary>
    [Fact]
    public void GraphQL_OnlyTransports_UseAspNetCore()
    {
        var wrong = SourceFilesOf("FederatedQuery.GraphQL")
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}Transports{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => File.ReadLines(file).Any(line => line.StartsWith("using Microsoft.AspNetCore", StringComparison.Ordinal)))
            .Select(file => Path.GetRelativePath(Repository.Root, file));

        Assert.Empty(wrong);
    }

    private static int FloorOf(string project) =>
        Floors.TryGetValue(project, out var floor) ? floor : throw new InvalidOperationException($"'{project}' stands on no floor of the house: add it to {nameof(Floors)}.");

    private static IEnumerable<string> ReferencesOf(string project) =>
        XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"))
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

    private static IEnumerable<string> SourceFilesOf(string project) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", project), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !file.Contains("node_modules", StringComparison.Ordinal));
}
