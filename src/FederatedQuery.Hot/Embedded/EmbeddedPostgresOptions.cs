namespace FederatedQuery.Hot.Embedded;

/// <summary>How the private PostgreSQL server is kept and started.</summary>
public sealed class EmbeddedPostgresOptions
{
    /// <summary>The gateway's data directory; the cluster lies in <c>postgres/</c> below it. Made when absent.</summary>
    public required string DataDirectory { get; set; }

    /// <summary>The superuser that owns the cluster. Only read when the cluster is made.</summary>
    public string User { get; set; } = "federatedquery";

    /// <summary>
    /// True (the default): an acknowledged commit survives power loss. False turns fsync and full_page_writes off: for tests
    /// only, a crash of the machine may then corrupt the cluster.
    /// </summary>
    public bool Durable { get; set; } = true;

    /// <summary>PostgreSQL's <c>shared_buffers</c>, with its unit.</summary>
    public string SharedBuffers { get; set; } = "256MB";

    /// <summary>PostgreSQL's <c>max_connections</c>.</summary>
    public int MaxConnections { get; set; } = 100;

    /// <summary>How long initdb, a start (crash recovery included) or a stop may take, each.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>A folder with <c>bin/postgres</c> to use instead of the one found; null: found.</summary>
    public string? BinariesDirectory { get; set; }

    /// <summary>The account that the server runs under when this process is root, which PostgreSQL refuses to run as.</summary>
    public string UnprivilegedUser { get; set; } = "nobody";

    /// <summary>
    /// Where the cluster goes when this process is root and <see cref="UnprivilegedUser"/> cannot reach <see cref="DataDirectory"/>.
    /// </summary>
    public string RelocatedDirectory { get; set; } = "/var/lib/federatedquery";
}
