using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FederatedQuery.ObjectStore.Local;

/// <summary>
/// One writer per key at a time, between processes: an exclusively opened file, which the operating system releases when its holder dies.
/// Keys share 64 lock files, so the files stay few; a lock is held for a rename only.
/// </summary>
internal sealed class LocalKeyLock : IDisposable
{
    private const int Stripes = 64;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private readonly FileStream _file;

    private LocalKeyLock(FileStream file) => _file = file;

    public static async Task<LocalKeyLock> AcquireAsync(
        string folder, string key, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var stripe = SHA256.HashData(Encoding.UTF8.GetBytes(key))[0] % Stripes;
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"lock-{stripe}"));
        var started = timeProvider.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new LocalKeyLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
            }
            catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
            {
                // Held by another: locks cannot be waited for, so ask again, at first at once.
                if (timeProvider.GetElapsedTime(started) > Timeout)
                {
                    throw new ObjectStoreException(
                        ObjectStoreErrorKind.Unavailable, $"The lock of object '{key}' was not free within {Timeout.TotalSeconds} s.", key, exception);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(1 + attempt, 20)), cancellationToken);
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
