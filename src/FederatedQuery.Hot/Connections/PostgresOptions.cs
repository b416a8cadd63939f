using Npgsql;

namespace FederatedQuery.Hot.Connections;

/// <summary>How PostgreSQL is reached. Bound from POSTGRES_*.</summary>
public sealed class PostgresOptions
{
    /// <summary>Host name, address, or folder of a Unix socket. Empty (the default): the embedded server.</summary>
    public string Host { get; set; } = "";

    /// <summary>1 to 65535.</summary>
    public int Port { get; set; } = 5432;

    /// <summary>The database that holds tables, control tables and the catalog. Made when absent in the embedded server only.</summary>
    public string Database { get; set; } = "federatedquery";

    /// <summary>The role that owns the tables. The embedded server has this as its superuser.</summary>
    public string User { get; set; } = "federatedquery";

    public string Password { get; set; } = "";

    /// <summary>How the connection is secured; not looked at for the embedded server.</summary>
    public SslMode SslMode { get; set; } = SslMode.Require;

    /// <summary>The most connections that queries hold, of each of the two roles; at least 2. Moves and look-ups have eight more of their own.</summary>
    public int PoolSize { get; set; } = 5;

    /// <summary>What the names of the pools begin with in metrics, where one process has several of each.</summary>
    public string PoolName { get; set; } = "";

    /// <summary>The role that raw SQL logs in as. Made when absent, where <see cref="User"/> may make roles.</summary>
    public string QueryUser { get; set; } = "federatedquery_query";

    /// <summary>Empty: derived from <see cref="Password"/>, so that every replica finds the same.</summary>
    public string QueryPassword { get; set; } = "";

    /// <summary>The <c>statement_timeout</c> of raw SQL.</summary>
    public TimeSpan QueryTimeout { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>How long to wait for one connection.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a start waits for a server that does not answer yet; <see cref="Timeout.InfiniteTimeSpan"/>: until it does.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Where the embedded server keeps its cluster. Bound from DATA_DIRECTORY.</summary>
    public string DataDirectory { get; set; } = ".data";

    public bool IsEmbedded => Host.Length == 0;
}
