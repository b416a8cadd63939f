namespace FederatedQuery.Hot.Embedded;

/// <summary>
/// Locks beside a cluster, held by the operating system and so gone with the process that holds them: one that serializes starting and
/// stopping, and one that every process using the server shares, so that only the last one stops it.
/// </summary>
internal sealed class ClusterLock : IDisposable
{
    private readonly FileStream _file;

    private ClusterLock(FileStream file) => _file = file;

    /// <summary>The lock under which the server is started or stopped; waits for the process that holds it.</summary>
    public static async Task<ClusterLock> ForChangeAsync(
        string directory, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory, "postgres.change.lock");
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new ClusterLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException error)
            {
                if (time.GetElapsedTime(started) > timeout)
                {
                    throw new HotException(
                        HotErrorKind.EmbeddedServer,
                        $"Another process has been starting or stopping PostgreSQL in '{directory}' for {timeout.TotalSeconds:0} s: {error.Message}",
                        error);
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken);
        }
    }

    /// <summary>The shared lock of a process that uses the server. Taken while holding the lock for change.</summary>
    public static ClusterLock ForUse(string directory) =>
        new(new FileStream(UsePath(directory), FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite));

    /// <summary>Whether no process holds the shared lock. Asked while holding the lock for change.</summary>
    public static bool IsUnused(string directory)
    {
        try
        {
            using var file = new FileStream(UsePath(directory), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public void Dispose() => _file.Dispose();

    private static string UsePath(string directory) => Path.Combine(directory, "postgres.use.lock");
}
