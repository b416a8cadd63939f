using System.Collections.Immutable;
using System.Text.Json;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>Sort orders as JSON (spec: Appendix C, Sort Orders).</summary>
public static class SortOrderJson
{
    /// <exception cref="IcebergException">The JSON is not a sort order.</exception>
    public static SortOrder Read(JsonElement json)
    {
        var orderId = json.RequiredInt("order-id", "a sort order");
        var where = $"sort order {orderId}";
        var fields = ImmutableArray.CreateBuilder<SortField>();
        foreach (var field in json.RequiredArray("fields", where))
        {
            fields.Add(new SortField(
                PartitionSpecJson.ReadSourceIds(field, where),
                Transform.Parse(field.RequiredString("transform", where)),
                field.RequiredString("direction", where).ToLowerInvariant() switch
                {
                    "asc" => SortDirection.Ascending,
                    "desc" => SortDirection.Descending,
                    _ => throw JsonElementExtensions.Wrong(field.Required("direction", where), "direction", where, "asc or desc"),
                },
                field.RequiredString("null-order", where).ToLowerInvariant() switch
                {
                    "nulls-first" => NullOrder.NullsFirst,
                    "nulls-last" => NullOrder.NullsLast,
                    _ => throw JsonElementExtensions.Wrong(
                        field.Required("null-order", where), "null-order", where, "nulls-first or nulls-last"),
                }));
        }

        return new SortOrder(orderId, fields.DrainToImmutable());
    }

    public static void Write(Utf8JsonWriter writer, SortOrder order)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(order);
        writer.WriteStartObject();
        writer.WriteNumber("order-id", order.OrderId);
        writer.WriteStartArray("fields");
        foreach (var field in order.Fields)
        {
            writer.WriteStartObject();
            writer.WriteString("transform", field.Transform.ToString());
            writer.WriteSourceIds(field.SourceIds);
            writer.WriteString("direction", Text(field.Direction));
            writer.WriteString("null-order", Text(field.NullOrder));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    internal static string Text(SortDirection direction) => direction == SortDirection.Ascending ? "asc" : "desc";

    internal static string Text(NullOrder order) => order == NullOrder.NullsFirst ? "nulls-first" : "nulls-last";
}
