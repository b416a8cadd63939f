using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FederatedQuery.Gateway.Settings;

namespace FederatedQuery.Gateway.Hosting;

/// <summary>The certificate that the gateway shows. Its files are looked at again when a client comes, every ten seconds at most, and taken when they have changed and are right.</summary>
internal sealed partial class TlsCertificate(TlsFiles files, TimeProvider time, ILogger<TlsCertificate> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private SslStreamCertificateContext _current = Load(files);
    private (DateTime Certificate, DateTime Key) _written = Written(files);
    private long _looked = time.GetTimestamp();

    /// <exception cref="CryptographicException">They are no certificate and key in PEM, or the key is another's.</exception>
    public static SslStreamCertificateContext Load(TlsFiles files)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(files.Certificate);
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(files.Certificate, files.Key), all, offline: true);
    }

    public SslStreamCertificateContext Current()
    {
        lock (_lock)
        {
            if (time.GetElapsedTime(_looked) >= Pause)
            {
                _looked = time.GetTimestamp();
                Look();
            }

            return _current;
        }
    }

    private void Look()
    {
        try
        {
            var written = Written(files);
            if (written != _written)
            {
                _current = Load(files);
                _written = written;
                Log.Renewed(logger, _current.TargetCertificate.NotAfter);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            // Perhaps one of the files has been written and the other not yet.
            Log.NotRenewed(logger, error);
        }
    }

    private static (DateTime Certificate, DateTime Key) Written(TlsFiles files) => (File.GetLastWriteTimeUtc(files.Certificate), File.GetLastWriteTimeUtc(files.Key));

    private static partial class Log
    {
        [LoggerMessage(6240, LogLevel.Information, "The new TLS certificate is shown from now on; it is good until {NotAfter}")]
        public static partial void Renewed(ILogger logger, DateTime notAfter);

        [LoggerMessage(6241, LogLevel.Warning, "The files of the TLS certificate have changed and cannot be used; the old one is shown")]
        public static partial void NotRenewed(ILogger logger, Exception error);
    }
}
