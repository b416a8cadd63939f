using System.Collections.Concurrent;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Hot.Copy;
using Npgsql;

namespace FederatedQuery.Hot.Scans;

/// <summary>The rows of a scan from binary COPY straight into chunks, part by part; threads that read it share out the parts.</summary>
internal sealed class HotReading
{
    private readonly HotScan _scan;
    private readonly TimeProvider _time;
    private readonly ConcurrentQueue<ScanPart> _parts;
    private readonly int[] _columns;
    private readonly int[]? _targets;

    /// <param name="scan">What is read.</param>
    /// <param name="columns">Indexes into the scan's columns: what is asked of PostgreSQL.</param>
    /// <param name="targets">For each of them, the chunk's column that it goes to; null: in order.</param>
    /// <param name="time">For the scan's figures.</param>
    public HotReading(HotScan scan, int[] columns, int[]? targets, TimeProvider time)
    {
        (_scan, _columns, _targets, _time) = (scan, columns, targets, time);
        var parts = CopyStatement.Parts(scan);
        _parts = new ConcurrentQueue<ScanPart>(parts);
        MaximumThreads = Math.Min(scan.MaximumThreads, parts.Count);
    }

    public int MaximumThreads { get; }

    /// <summary>The next rows, into an empty chunk.</summary>
    /// <returns>How many; 0: there are no more for this thread.</returns>
    public int Read(DataChunk output, Thread thread, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var bytes = 0L;
        var rows = 0;
        while (true)
        {
            if (thread.Reader is null)
            {
                if (!_parts.TryDequeue(out var part))
                {
                    thread.Dispose();
                    break;
                }

                Begin(thread, part, cancellationToken);
            }

            var bytesBefore = thread.Reader!.Bytes;
            rows = ReadRows(thread, output, cancellationToken);
            bytes += thread.Reader.Bytes - bytesBefore;
            if (rows > 0)
            {
                break;
            }

            thread.Complete();
        }

        _scan.Statistics.Add(rows, bytes, _time.GetElapsedTime(started));
        _scan.Trace.Read(_time);
        return rows;
    }

    private void Begin(Thread thread, ScanPart part, CancellationToken cancellationToken)
    {
        _scan.Trace.Begin(_scan);
        thread.Connection ??= _scan.Session.Rent(cancellationToken);
        thread.Stream = thread.Connection.Begin(CopyStatement.Copy(CopyStatement.Select(_scan, _columns, part)), mayUseWorkers: _scan.GroupBy is not null, cancellationToken);
        thread.Reader = new CopyBinaryReader(thread.Stream, [.. _columns.Select(i => _scan.Columns[i])], _targets);
    }

    private static int ReadRows(Thread thread, DataChunk output, CancellationToken cancellationToken)
    {
        // Reading is synchronous: an asynchronous read per row, which is what PostgreSQL sends at a time, costs more than decoding it.
        using var registration = cancellationToken.UnsafeRegister(static stream => ((NpgsqlRawCopyStream)stream!).Cancel(), thread.Stream);
        try
        {
            return thread.Reader!.Read(output);
        }
        catch (Exception error) when (cancellationToken.IsCancellationRequested && error is NpgsqlException or OperationCanceledException)
        {
            throw new OperationCanceledException("The scan was given up.", error, cancellationToken);
        }
    }

    /// <summary>What one thread reads from.</summary>
    public sealed class Thread : IDisposable
    {
        public SnapshotConnection? Connection { get; set; }

        public NpgsqlRawCopyStream? Stream { get; set; }

        public CopyBinaryReader? Reader { get; set; }

        public void Complete()
        {
            Reader?.Dispose();
            Reader = null;
            Stream = null;
            Connection?.Complete();
        }

        public void Dispose()
        {
            Reader?.Dispose();
            Reader = null;
            Connection?.Dispose();
            Connection = null;
        }
    }
}
