using System.Reflection;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>The data loader classes that parameters may name by an interface.</summary>
internal sealed class DataLoaderTypes(IEnumerable<Type> classes)
{
    private readonly Type[] _classes = [.. classes.Distinct()];

    /// <exception cref="SchemaException">The parameter's type is no class, and not one class alone fits it.</exception>
    public Type Find(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (type is { IsClass: true, IsAbstract: false })
        {
            return type;
        }

        var fitting = _classes.Where(type.IsAssignableFrom).ToArray();
        return fitting.Length == 1 ? fitting[0] : throw new SchemaException(
            [
                $"Parameter '{parameter.Name}' of '{parameter.Member.DeclaringType?.Name}.{parameter.Member.Name}' asks for the data loader '{type}', which "
                + (fitting.Length == 0
                    ? "no class is known for: add one with AddDataLoader<T>()."
                    : $"several classes are: {string.Join(", ", fitting.Select(found => found.Name))}. Ask for one of them by its class."),
            ]);
    }
}
