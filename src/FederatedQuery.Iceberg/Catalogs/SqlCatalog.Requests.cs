using System.IO.Compression;
using Npgsql;

namespace FederatedQuery.Iceberg.Catalogs;

/// <summary>How a request ended.</summary>
/// <param name="Tag">Its ETag; null for none.</param>
/// <param name="Body">Empty for none.</param>
public sealed record RequestOutcome(int Status, string? Tag, ReadOnlyMemory<byte> Body);

/// <summary>What is known of a request of some key.</summary>
/// <param name="IsFirst">It is the caller's to run, and then to end.</param>
/// <param name="IsSame">Method, address and body are those of the first with this key.</param>
/// <param name="Outcome">How the first one ended; null: it has not yet.</param>
public sealed record KnownRequest(bool IsFirst, bool IsSame, RequestOutcome? Outcome);

/// <remarks>Requests by idempotency key, kept in the database so that every process that serves the catalog knows them.</remarks>
public sealed partial class SqlCatalog
{
    /// <summary>How long keys are kept.</summary>
    public static readonly TimeSpan RequestLifetime = TimeSpan.FromMinutes(30);

    /// <summary>Looks a key up, and takes it when nobody has.</summary>
    /// <param name="patience">After so long a request that has not ended counts as given up.</param>
    public async Task<KnownRequest> BeginRequestAsync(Guid key, byte[] fingerprint, TimeSpan patience, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using (var forget = _sql.DeleteOldRequests(connection, RequestLifetime))
        {
            await forget.ExecuteNonQueryAsync(cancellationToken);
        }

        await using (var begin = _sql.BeginRequest(connection, key, fingerprint, patience))
        {
            if (await begin.ExecuteNonQueryAsync(cancellationToken) > 0)
            {
                return new KnownRequest(IsFirst: true, IsSame: true, Outcome: null);
            }
        }

        await using var select = _sql.SelectRequest(connection, key);
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            // It failed in a way that is not kept just now: whoever asks again may run it.
            return new KnownRequest(IsFirst: false, IsSame: true, Outcome: null);
        }

        var isSame = reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(fingerprint);
        return new KnownRequest(IsFirst: false, isSame, await reader.IsDBNullAsync(1, cancellationToken) ? null : await ReadOutcomeAsync(reader, cancellationToken));
    }

    /// <summary>Says how a request ended; from now on it ends so for everybody.</summary>
    public async Task FinishRequestAsync(Guid key, RequestOutcome outcome, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = _sql.FinishRequest(connection, key, outcome.Status, outcome.Tag, Compress(outcome.Body));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Lets a key go whose request has failed in a way that may pass.</summary>
    public async Task ForgetRequestAsync(Guid key, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = _sql.DeleteRequest(connection, key);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<RequestOutcome> ReadOutcomeAsync(NpgsqlDataReader reader, CancellationToken cancellationToken) => new(
        reader.GetInt32(1),
        await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetString(2),
        Decompress(reader.GetFieldValue<byte[]>(3)));

    private static byte[] Compress(ReadOnlyMemory<byte> body)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        {
            gzip.Write(body.Span);
        }

        return output.ToArray();
    }

    private static byte[] Decompress(byte[] body)
    {
        using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        using var output = new MemoryStream();
        gzip.CopyTo(output);
        return output.ToArray();
    }
}
