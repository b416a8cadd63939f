namespace FederatedQuery.Iceberg.Catalogs;

/// <summary>A table by namespace and name. Levels of a namespace are divided by dots, as the JDBC layout keeps them: <c>sales.eu</c>.</summary>
public sealed record TableIdentifier
{
    private const int MaxLength = 255;

    /// <exception cref="IcebergException">InvalidValue: a part is empty, longer than 255 characters or holds '/', '\' or control characters.</exception>
    public TableIdentifier(string @namespace, string name)
    {
        CheckNamespace(@namespace);
        CheckPart(name, "table name", name);
        Namespace = @namespace;
        Name = name;
    }

    public string Namespace { get; }

    public string Name { get; }

    public override string ToString() => $"{Namespace}.{Name}";

    internal static void CheckNamespace(string @namespace)
    {
        ArgumentNullException.ThrowIfNull(@namespace);
        foreach (var level in @namespace.Split('.'))
        {
            CheckPart(level, "namespace", @namespace);
        }
    }

    private static void CheckPart(string part, string what, string whole)
    {
        ArgumentNullException.ThrowIfNull(part);
        var problem = part switch
        {
            "" => "has an empty part",
            "." or ".." => "is a relative path",
            _ when whole.Length > MaxLength => $"is longer than {MaxLength} characters",
            _ when part.Any(c => c is '/' or '\\' || char.IsControl(c)) => "holds '/', '\\' or a control character",
            _ => null,
        };
        if (problem is not null)
        {
            throw new IcebergException(IcebergErrorKind.InvalidValue, $"The {what} '{whole}' {problem}.");
        }
    }
}
