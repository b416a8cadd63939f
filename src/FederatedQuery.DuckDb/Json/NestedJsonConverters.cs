using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.DuckDb.Json;

internal sealed unsafe class ListJsonConverter(JsonConverter element) : JsonConverter
{
    private DuckDBListEntry* _entries;

    public override void Bind(DuckDBVector vector)
    {
        base.Bind(vector);
        _entries = (DuckDBListEntry*)vector.Data;
        element.Bind(vector.Child());
    }

    protected override void WriteValid(JsonOutput output, int row)
    {
        var entry = _entries[row];
        JsonElements.Write(output, element, (int)entry.Offset, (int)entry.Length);
    }
}

internal sealed class ArrayJsonConverter(JsonConverter element, int size) : JsonConverter
{
    public override void Bind(DuckDBVector vector)
    {
        base.Bind(vector);
        element.Bind(vector.Child());
    }

    protected override void WriteValid(JsonOutput output, int row) => JsonElements.Write(output, element, row * size, size);
}

/// <summary>STRUCT as an object; one without names (<c>row(1, 2)</c>) as an array.</summary>
internal sealed class StructJsonConverter(DuckDBLogicalType type, JsonConverter[] fields) : JsonConverter
{
    private readonly bool _isTuple = type.Fields.All(field => field.Name.Length == 0);
    private readonly byte[][] _names = [.. type.Fields.Select(field => JsonText.Quote(field.Name))];

    public override void Bind(DuckDBVector vector)
    {
        base.Bind(vector);
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i].Bind(vector.Field(i));
        }
    }

    protected override void WriteValid(JsonOutput output, int row)
    {
        output.Byte(_isTuple ? (byte)'[' : (byte)'{');
        for (var i = 0; i < fields.Length; i++)
        {
            if (i > 0)
            {
                output.Byte((byte)',');
            }

            if (!_isTuple)
            {
                output.Raw(_names[i]);
                output.Byte((byte)':');
            }

            fields[i].Write(output, row);
        }

        output.Byte(_isTuple ? (byte)']' : (byte)'}');
    }
}

/// <summary>MAP as an object when its keys are text, else as an array of <c>{"key":..,"value":..}</c>.</summary>
internal sealed unsafe class MapJsonConverter(DuckDBLogicalType type, JsonConverter key, JsonConverter value) : JsonConverter
{
    private readonly bool _isObject = type.Fields[0].Type.Type is DuckDBType.Varchar or DuckDBType.Enum && !type.Fields[0].Type.IsJson;
    private DuckDBListEntry* _entries;

    public override void Bind(DuckDBVector vector)
    {
        base.Bind(vector);
        _entries = (DuckDBListEntry*)vector.Data;
        var pairs = vector.Child();
        key.Bind(pairs.Field(0));
        value.Bind(pairs.Field(1));
    }

    protected override void WriteValid(JsonOutput output, int row)
    {
        var (offset, length) = (_entries[row].Offset, _entries[row].Length);
        output.Byte(_isObject ? (byte)'{' : (byte)'[');
        for (var i = (int)offset; i < (int)(offset + length); i++)
        {
            if (i > (int)offset)
            {
                output.Byte((byte)',');
            }

            if (!_isObject)
            {
                output.Raw("{\"key\":"u8);
            }

            key.Write(output, i);
            output.Raw(_isObject ? ":"u8 : ",\"value\":"u8);
            value.Write(output, i);
            if (!_isObject)
            {
                output.Byte((byte)'}');
            }
        }

        output.Byte(_isObject ? (byte)'}' : (byte)']');
    }
}

/// <summary>UNION as the value it holds.</summary>
internal sealed unsafe class UnionJsonConverter(JsonConverter[] members) : JsonConverter
{
    private byte* _tags;

    public override void Bind(DuckDBVector vector)
    {
        base.Bind(vector);
        fixed (byte* tags = vector.UnionTags())
        {
            _tags = tags; // Native memory of the chunk: it does not move.
        }

        for (var i = 0; i < members.Length; i++)
        {
            members[i].Bind(vector.Field(i));
        }
    }

    protected override void WriteValid(JsonOutput output, int row) => members[_tags[row]].Write(output, row);
}

internal static class JsonElements
{
    public static void Write(JsonOutput output, JsonConverter element, int first, int count)
    {
        output.Byte((byte)'[');
        for (var i = first; i < first + count; i++)
        {
            if (i > first)
            {
                output.Byte((byte)',');
            }

            element.Write(output, i);
        }

        output.Byte((byte)']');
    }
}
