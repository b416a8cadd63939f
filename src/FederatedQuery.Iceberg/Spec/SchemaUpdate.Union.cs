namespace FederatedQuery.Iceberg.Spec;

public sealed partial class SchemaUpdate
{
    /// <summary>
    /// Makes the schema hold whatever rows of another one hold, fields being found by name: fields that are missing are added as optional ones, types are
    /// widened, required fields become optional where they are so in the other one. A type that is wider already stays; nothing is dropped or moved.
    /// </summary>
    /// <param name="other">Its ids count for nothing.</param>
    /// <exception cref="IcebergException">InvalidMetadata: a field has a type that neither becomes the other's nor holds its values.</exception>
    public SchemaUpdate UnionByName(Schema other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Union(parent: null, other.Type);
    }

    private SchemaUpdate Union(string? parent, StructType other)
    {
        foreach (var field in other.Fields)
        {
            var siblings = parent is null ? _schema.Fields : ((StructType)Find(parent).Type).Fields;
            if (siblings.FirstOrDefault(sibling => sibling.Name == field.Name) is { } known)
            {
                Union(_schema.FindField(known.Id)!, field);
            }
            else
            {
                Add(parent, field.Name, field.Type, field.Doc);
            }
        }

        return this;
    }

    private void Union(SchemaField known, NestedField other)
    {
        if (known.Field.Required && !other.Required)
        {
            MakeOptional(known.FullName);
        }

        switch (known.Type, other.Type)
        {
            case (StructType, StructType type):
                Union(known.FullName, type);
                break;
            case (ListType list, ListType type):
                Union(_schema.FindField(list.ElementId)!, type.ElementField);
                break;
            case (MapType map, MapType type):
                Union(_schema.FindField(map.KeyId)!, type.KeyField);
                Union(_schema.FindField(map.ValueId)!, type.ValueField);
                break;
            case (PrimitiveType narrow, PrimitiveType wide) when !narrow.Equals(wide) && TypePromotion.IsAllowed(narrow, wide, _table.FormatVersion):
                Promote(known.FullName, wide);
                break;
            case (PrimitiveType wide, PrimitiveType narrow) when TypePromotion.IsAllowed(narrow, wide, _table.FormatVersion):
                break;
            default:
                throw Refused("change the type of", known, $"it is of type {known.Type}, and {other.Type} neither becomes that nor can that become it");
        }
    }
}
