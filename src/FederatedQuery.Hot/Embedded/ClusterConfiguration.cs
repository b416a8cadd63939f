using System.Globalization;
using System.Text;

namespace FederatedQuery.Hot.Embedded;

/// <summary>The configuration files of the embedded cluster.</summary>
internal static class ClusterConfiguration
{
    /// <summary>Included at the end of <c>postgresql.conf</c>, where the operator may add more behind it.</summary>
    public const string FileName = "gateway.conf";

    /// <summary>Who reaches the socket is decided by the folder it lies in, which is closed to other accounts; nobody comes over TCP.</summary>
    public const string HostBasedAuthentication = "local all all trust\n";

    public static string Render(EmbeddedPostgresOptions options, string socketDirectory)
    {
        List<(string Name, string Value)> settings =
        [
            ("listen_addresses", ""),
            ("port", EmbeddedPostgres.Port.ToString(CultureInfo.InvariantCulture)),
            ("unix_socket_directories", socketDirectory),
            ("max_connections", options.MaxConnections.ToString(CultureInfo.InvariantCulture)),
            ("shared_buffers", options.SharedBuffers),
            // A query over two years of day partitions locks each partition and each of its indexes.
            ("max_locks_per_transaction", "512"),
            // The plans here are short-lived; compiling them costs more than it gives.
            ("jit", "off"),
            ("work_mem", "16MB"),
            ("maintenance_work_mem", "128MB"),
            ("max_wal_size", "4GB"),
            ("wal_level", "minimal"),
            ("max_wal_senders", "0"),
            ("wal_compression", "on"),
            ("timezone", "UTC"),
            ("log_timezone", "UTC"),
            ("lc_messages", "C"),
            // One file per weekday, overwritten a week later.
            ("logging_collector", "on"),
            ("log_directory", "log"),
            ("log_filename", "postgres-%a.log"),
            ("log_truncate_on_rotation", "on"),
            ("log_rotation_age", "1d"),
            ("log_rotation_size", "0"),
        ];
        if (!options.Durable)
        {
            settings.AddRange([("fsync", "off"), ("full_page_writes", "off"), ("autovacuum_naptime", "10min")]);
        }

        var text = new StringBuilder("# Written by the gateway at each start.\n");
        foreach (var (name, value) in settings)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name} = '{value.Replace("'", "''", StringComparison.Ordinal)}'\n");
        }

        return text.ToString();
    }
}
