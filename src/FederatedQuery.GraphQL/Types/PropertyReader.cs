using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types;

/// <summary>Reads a value from a parent object.</summary>
public abstract class PropertyReader
{
    public abstract object? Read(object parent);

    /// <summary>A writer that takes the value from the parent to the buffer without boxing, or null when the type does not allow one.</summary>
    internal abstract LeafWriter? CreateLeafWriter(GraphQLType type);

    public static PropertyReader Create<TParent, TValue>(Func<TParent, TValue> read)
        where TParent : notnull => new PropertyReader<TParent, TValue>(read);
}

/// <summary>Writes one leaf of a parent; false when the value is null or does not fit, and then nothing has been written.</summary>
internal delegate bool LeafWriter(object parent, Utf8JsonBuffer output);

internal sealed class PropertyReader<TParent, TValue>(Func<TParent, TValue> read) : PropertyReader
    where TParent : notnull
{
    public override object? Read(object parent) => read((TParent)parent);

    internal override LeafWriter? CreateLeafWriter(GraphQLType type) => type.NullableType switch
    {
        ILeafWriter<TValue> scalar when !typeof(TValue).IsValueType => (parent, output) =>
            read((TParent)parent) is { } value && scalar.TryWrite(output, value),
        ILeafWriter<TValue> scalar => (parent, output) => scalar.TryWrite(output, read((TParent)parent)),
        _ => null,
    };
}
