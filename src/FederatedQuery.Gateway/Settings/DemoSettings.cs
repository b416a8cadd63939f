namespace FederatedQuery.Gateway.Settings;

/// <summary>What <c>--demo</c> loads.</summary>
internal sealed record DemoSettings
{
    /// <summary>Every table of the demo, in the order they are loaded.</summary>
    public static IReadOnlyList<string> AllTables { get; } = ["users", "sales", "logs", "iceberg_db.sales", "flights"];

    public static DemoSettings Default { get; } = new() { Percent = 100, Tables = AllTables, LogFile = null };

    /// <summary>DEMO_PERCENT: 1 to 100.</summary>
    public required int Percent { get; init; }

    /// <summary>DEMO_TABLES.</summary>
    public required IReadOnlyList<string> Tables { get; init; }

    /// <summary>DEMO_LOG_FILE, absolute; null: looked for, else generated.</summary>
    public required string? LogFile { get; init; }
}
