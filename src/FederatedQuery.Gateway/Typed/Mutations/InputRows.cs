using System.Collections.Immutable;
using System.Text.Json;
using FederatedQuery.Federation;
using FederatedQuery.Gateway.Typed.Filters;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.Hot.RowChanges;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Gateway.Typed.Mutations;

/// <summary>Input objects of rows as values of their columns. What is not given is not among them; null is.</summary>
internal static class InputRows
{
    /// <param name="path">Where the input is, for messages.</param>
    /// <exception cref="FederatedQueryException">Of kind <see cref="FailureKind.BadArgument"/>.</exception>
    public static ImmutableArray<ColumnAssignment> Of(TypedTable table, IReadOnlyDictionary<string, object?> input, string path) =>
    [
        .. table.Columns.Where(column => input.ContainsKey(column.Name))
            .Select(column => new ColumnAssignment(column.Field.Name, Of(column.Type, column.Field.Type, input[column.Name], $"{path}.{column.Name}"))),
    ];

    private static ColumnValue Of(ColumnType type, IcebergType stored, object? value, string path) => (type, stored, value) switch
    {
        (_, _, null) => ColumnValue.Null,
        (ListColumn list, ListType storedList, object?[] items) =>
            ColumnValue.List(items.Select((item, i) => Of(list.Element, storedList.ElementField.Type, item, $"{path}[{i}]"))),
        (ObjectColumn fields, StructType storedFields, IReadOnlyDictionary<string, object?> given) =>
            ColumnValue.Record(fields.Fields.Select((field, i) => Of(field.Type, storedFields.Fields[i].Type, given.GetValueOrDefault(field.Name), $"{path}.{field.Name}"))),
        (ScalarColumn { Kind: ScalarKind.Json }, _, JsonElement json) => ColumnValue.Of(Literal.String(json.GetRawText())),
        (ScalarColumn, FloatType, double number) when float.IsInfinity((float)number) && double.IsFinite(number) =>
            throw new FederatedQueryException(FailureKind.BadArgument, $"`{path}` is {number:R}, which is beyond the numbers of a column of type real."),
        _ => Literals.Of(value, stored) is { } literal
            ? ColumnValue.Of(literal)
            : throw new FederatedQueryException(FailureKind.BadArgument, $"`{path}` is {value}, which a column of type {stored} cannot have."),
    };
}
