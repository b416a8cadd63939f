using FederatedQuery.GraphQL.Types.Scalars;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types;

/// <summary>Reads a value from a parent object.</summary>
public abstract class PropertyReader
{
    public abstract object? Read(object parent);

    /// <summary>A writer that takes the value from the parent to the buffer without boxing, or null when the type does not allow one.</summary>
    internal abstract LeafWriter? CreateLeafWriter(GraphQLType type);

    public static PropertyReader Create<TParent, TValue>(Func<TParent, TValue> read)
        where TParent : notnull => new PropertyReader<TValue>(parent => read((TParent)parent));

    /// <summary>Of values that are JSON already, fit for the field's type: scalars, enums, and lists of them.</summary>
    /// <param name="readJson">The value as UTF-8; valid until the next call. Empty: <paramref name="read"/> is asked.</param>
    /// <param name="read">The value of a field whose JSON is not there: null, or what its type is to refuse.</param>
    public static PropertyReader CreateJson<TParent>(JsonReader<TParent> readJson, Func<TParent, object?> read)
        where TParent : class => new JsonPropertyReader<TParent>(readJson, read);
}

/// <summary>Gives one value of a parent as JSON.</summary>
public delegate ReadOnlySpan<byte> JsonReader<in TParent>(TParent parent);

/// <summary>Writes one leaf of a parent; false when the value is null or does not fit, and then nothing has been written.</summary>
internal delegate bool LeafWriter(object parent, Utf8JsonBuffer output);

internal sealed class PropertyReader<TValue>(Func<object, TValue> read) : PropertyReader
{
    public override object? Read(object parent) => read(parent);

    internal override LeafWriter? CreateLeafWriter(GraphQLType type) => (type.NullableType, read) switch
    {
        // The commonest of all, without a call through the scalar.
        (IntScalar, Func<object, int> number) => (parent, output) =>
        {
            output.WriteNumber(number(parent));
            return true;
        }
        ,
        (StringScalar, Func<object, string> text) => (parent, output) =>
        {
            if (text(parent) is not { } value)
            {
                return false;
            }

            output.WriteString(value);
            return true;
        }
        ,
        (ILeafWriter<TValue> scalar, _) when !typeof(TValue).IsValueType => (parent, output) =>
            read(parent) is { } value && scalar.TryWrite(output, value),
        (ILeafWriter<TValue> scalar, _) => (parent, output) => scalar.TryWrite(output, read(parent)),
        _ => null,
    };
}

internal sealed class JsonPropertyReader<TParent>(JsonReader<TParent> readJson, Func<TParent, object?> read) : PropertyReader
    where TParent : class
{
    public override object? Read(object parent) => read((TParent)parent);

    internal override LeafWriter CreateLeafWriter(GraphQLType type) => (parent, output) =>
    {
        var json = readJson((TParent)parent);
        output.WriteRaw(json);
        return !json.IsEmpty;
    };
}
