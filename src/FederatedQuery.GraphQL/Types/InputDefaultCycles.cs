using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Types;

/// <summary>
/// The default of an input field must not need itself through the defaults of fields that it leaves out
/// (InputFieldDefaultValueHasCycle() of spec section 3.10, "Circular References").
/// </summary>
internal sealed class InputDefaultCycles
{
    private readonly SchemaProblems _problems;
    private readonly HashSet<string> _visited = new(StringComparer.Ordinal);
    private readonly List<string> _path = [];

    private InputDefaultCycles(SchemaProblems problems)
    {
        _problems = problems;
    }

    private bool Found { get; set; }

    /// <summary>Whether there is any.</summary>
    public static bool Find(SchemaProblems problems, Schema schema)
    {
        var search = new InputDefaultCycles(problems);
        foreach (var type in schema.Types.OfType<InputObjectType>())
        {
            search.Visit(type, new ObjectValueNode(0, []));
        }

        return search.Found;
    }

    private void Visit(InputObjectType type, ValueNode literal)
    {
        if (literal is ListValueNode list)
        {
            foreach (var item in list.Values)
            {
                Visit(type, item);
            }
        }

        if (literal is not ObjectValueNode given)
        {
            return;
        }

        foreach (var field in type.Fields)
        {
            if (field.Type.Named is not InputObjectType fieldType)
            {
                continue;
            }

            if (given.Fields.FirstOrDefault(candidate => candidate.Name == field.Name) is { } value)
            {
                Visit(fieldType, value.Value);
            }
            else if (field.DefaultValue is { } defaultValue)
            {
                VisitDefault(fieldType, defaultValue, $"{type.Name}.{field.Name}");
            }
        }
    }

    private void VisitDefault(InputObjectType type, ValueNode defaultValue, string coordinate)
    {
        var index = _path.IndexOf(coordinate);
        if (index >= 0)
        {
            var via = index + 1 < _path.Count ? $" via the default values of: {string.Join(", ", _path[(index + 1)..])}" : string.Empty;
            _problems.Add($"Invalid circular reference. The default value of Input Object field {coordinate} references itself{via}.", coordinate);
            Found = true;
        }
        else if (_visited.Add(coordinate))
        {
            _path.Add(coordinate);
            Visit(type, defaultValue);
            _path.RemoveAt(_path.Count - 1);
        }
    }
}
