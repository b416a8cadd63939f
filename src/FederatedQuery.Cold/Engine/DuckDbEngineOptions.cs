namespace FederatedQuery.Cold.Engine;

/// <summary>How the process's one DuckDB instance is bounded.</summary>
public sealed class DuckDbEngineOptions
{
    /// <summary>A share of the memory this process may use (<c>60%</c>, of the container where there is one) or an amount (<c>4GB</c>).</summary>
    public string MemoryLimit { get; set; } = "60%";

    /// <summary>Threads that run queries.</summary>
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>Where what does not fit in memory is spilled. Made when absent.</summary>
    public required string TemporaryDirectory { get; set; }

    /// <summary>The only folders whose files may be read or written: the warehouse and the staging folder.</summary>
    public required IReadOnlyList<string> Directories { get; set; }

    /// <summary>Extensions to load before configuration is locked, in the order in which they need each other.</summary>
    public IReadOnlyList<string> Extensions { get; set; } = [];

    /// <summary>Where their files are.</summary>
    public string ExtensionDirectory { get; set; } = "";

    /// <summary>Queries that run at once; more wait.</summary>
    public int MaximumConnections { get; set; } = 16;
}
