namespace FederatedQuery.Hot.Connections;

/// <summary>The keys of the advisory locks that processes of this project take in the database.</summary>
internal static class AdvisoryLock
{
    public const long Migrations = 0x4665_6451_0001;
    public const long QueryRole = 0x4665_6451_0002;

    /// <summary>Making a day's partition.</summary>
    public const long Partitions = 0x4665_6451_0003;

    /// <summary>Inserting rows with keys that no index of PostgreSQL's holds to be unique; beside it the table's oid, as the lock of two 32-bit numbers.</summary>
    public const int NewKeys = 0x4665_6431;

    /// <summary>Queueing and leasing jobs of which one keeps the other from running.</summary>
    public const long Jobs = 0x4665_6451_0005;

    /// <summary>Publishing stored results, and forgetting which transactions wrote what.</summary>
    public const long MaterializedResults = 0x4665_6451_0019;
}
