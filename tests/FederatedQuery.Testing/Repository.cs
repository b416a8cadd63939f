namespace FederatedQuery.Testing;

/// <summary>Where this checkout lies, and the folder of shared material beside it, which a clone may lack.</summary>
public static class Repository
{
    /// <summary>The folder that holds FederatedQuery.sln, found upwards from the test's output folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary><c>../shared</c>, or null on a clone without it.</summary>
    public static string? Shared { get; } = FindShared();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "FederatedQuery.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No FederatedQuery.sln above '{AppContext.BaseDirectory}'.");
    }

    private static string? FindShared()
    {
        var named = Environment.GetEnvironmentVariable("FEDERATEDQUERY_SHARED");
        var folder = string.IsNullOrEmpty(named) ? Path.Combine(Path.GetDirectoryName(Root)!, "shared") : named;
        return Directory.Exists(folder) ? folder : null;
    }
}
