using System.Buffers;
using FederatedQuery.Logs.Ingest;

namespace FederatedQuery.Logs.Protocols.Loki;

/// <summary>Adds the entries of one stream after the other to a batch. Not for several threads.</summary>
internal sealed class LokiStream(LogBatchBuilder batch)
{
    /// <summary>What structured metadata comes before.</summary>
    private const int OfLabels = 1_000;

    private readonly Part[] _columns = new Part[(int)LogField.WorkflowNode + 1];
    private readonly Part[] _labelColumns = new Part[(int)LogField.WorkflowNode + 1];
    private readonly ArrayBufferWriter<byte> _labels = new(256);
    private readonly ArrayBufferWriter<byte> _metadata = new(256);
    private byte[] _text = new byte[256];
    private int _length;
    private int _labelsLength;
    private bool _isInEntry;

    public void BeginStream()
    {
        Array.Clear(_labelColumns);
        _labels.ResetWrittenCount();
        (_length, _isInEntry) = (0, false);
    }

    /// <summary>After the last label.</summary>
    public void EndLabels()
    {
        RequestLimits.CheckShared("A stream's labels", _labels.WrittenCount);
        _labelsLength = _length;
    }

    public void BeginEntry()
    {
        Array.Copy(_labelColumns, _columns, _columns.Length);
        _metadata.ResetWrittenCount();
        _metadata.Write("{"u8);
        _metadata.Write(_labels.WrittenSpan);
        (_length, _isInEntry) = (_labelsLength, true);
    }

    /// <summary>A label, or within an entry structured metadata.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var output = _isInEntry ? _metadata : _labels;
        output.Write(output.WrittenCount > (_isInEntry ? 1 : 0) ? ","u8 : default);
        JsonText.Write(output, name);
        output.Write(":"u8);
        JsonText.Write(output, value);
        if (value.IsEmpty || !LokiNames.TryFind(name, out var field, out var rank))
        {
            return;
        }

        ref var column = ref (_isInEntry ? _columns : _labelColumns)[(int)field];
        rank += _isInEntry ? 1 : OfLabels;
        if (column.Rank == 0 || rank <= column.Rank)
        {
            column = new Part(rank, _length, value.Length);
            Keep(value);
        }
    }

    public void EndEntry(long micros, ReadOnlySpan<byte> line)
    {
        _metadata.Write("}"u8);
        batch.BeginRecord();
        batch.Timestamp(micros);
        batch.Text(LogField.Message, line);
        for (var field = 0; field < _columns.Length; field++)
        {
            var (rank, start, length) = _columns[field];
            if (rank > 0)
            {
                var text = _text.AsSpan(start, length);
                batch.Text((LogField)field, field == (int)LogField.Level ? LogLevels.OfName(text) : text);
            }
        }

        if (_metadata.WrittenCount > 2)
        {
            batch.Metadata(_metadata.WrittenSpan);
        }

        batch.TryEndRecord(out var reason);
        RequestLimits.Check(batch, reason);
    }

    public void Reject(string reason)
    {
        batch.RejectRecord(reason);
        RequestLimits.Check(batch, reason);
    }

    private void Keep(ReadOnlySpan<byte> value)
    {
        if (_text.Length - _length < value.Length)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _length + value.Length));
        }

        value.CopyTo(_text.AsSpan(_length));
        _length += value.Length;
    }

    /// <param name="Rank">0: there is none.</param>
    private readonly record struct Part(int Rank, int Start, int Length);
}
