using FederatedQuery.Logs.Ingest;
using FederatedQuery.Logs.Protocols.Protobuf;

namespace FederatedQuery.Logs.Protocols.Otlp;

/// <summary>The columns that attributes fill, of a resource or of a record.</summary>
internal ref struct OtlpAttributes
{
    /// <summary>What a record's attributes come before.</summary>
    private const int OfResource = 1_000;

    private ReadOnlySpan<byte> _resource;
    private ReadOnlySpan<byte> _parent;
    private ReadOnlySpan<byte> _commit;
    private ReadOnlySpan<byte> _user;
    private ReadOnlySpan<byte> _workflow;
    private ReadOnlySpan<byte> _node;
    private Ranks _ranks;

    /// <summary>Takes those of a resource.</summary>
    public static OtlpAttributes Of(ReadOnlySpan<byte> message, int field)
    {
        var attributes = default(OtlpAttributes);
        ((Span<int>)attributes._ranks).Fill(int.MaxValue);
        attributes.Take(message, field, OfResource);
        return attributes;
    }

    /// <summary>These, and before them those of a record.</summary>
    public readonly OtlpAttributes With(ReadOnlySpan<byte> message, int field)
    {
        var attributes = this;
        attributes.Take(message, field, 0);
        return attributes;
    }

    public readonly void AddTo(LogBatchBuilder batch)
    {
        Add(batch, LogField.ResourceId, _resource);
        Add(batch, LogField.ParentResourceId, _parent);
        Add(batch, LogField.Commit, _commit);
        Add(batch, LogField.UserId, _user);
        Add(batch, LogField.WorkflowName, _workflow);
        Add(batch, LogField.WorkflowNode, _node);
    }

    private static void Add(LogBatchBuilder batch, LogField field, ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty)
        {
            batch.Text(field, text);
        }
    }

    private void Take(ReadOnlySpan<byte> message, int field, int addedRank)
    {
        var reader = new ProtobufReader(message);
        while (reader.TryNext())
        {
            if (reader.Field != field)
            {
                reader.Skip();
                continue;
            }

            OtlpValues.Split(reader.Bytes(), out var key, out var value);
            if (OtlpValues.TryText(value, out var text) && !text.IsEmpty && OtlpNames.TryFind(key, text, out var column, out var rank)
                && rank + addedRank < _ranks[(int)column])
            {
                _ranks[(int)column] = rank + addedRank;
                Put(column, text);
            }
        }
    }

    private void Put(LogField field, ReadOnlySpan<byte> text)
    {
        switch (field)
        {
            case LogField.ResourceId:
                _resource = text;
                break;
            case LogField.ParentResourceId:
                _parent = text;
                break;
            case LogField.Commit:
                _commit = text;
                break;
            case LogField.UserId:
                _user = text;
                break;
            case LogField.WorkflowName:
                _workflow = text;
                break;
            default:
                _node = text;
                break;
        }
    }

    [System.Runtime.CompilerServices.InlineArray((int)LogField.WorkflowNode + 1)]
    private struct Ranks
    {
        private int _first;
    }
}
