using System.Collections.Concurrent;
using System.Reflection;
using System.Xml.Linq;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>Summaries from the XML files that the compiler writes beside assemblies. An assembly without one has none.</summary>
internal sealed class XmlDocumentation
{
    private readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, XElement>> _files = new();

    public string? FindSummary(ICustomAttributeProvider member) => member switch
    {
        Type type => Find(type, $"T:{NameOf(type)}")?.Element("summary") is { } summary ? ToText(summary) : null,
        PropertyInfo property => Summary(property, $"P:{NameOf(property.DeclaringType!)}.{property.Name}") ?? ParameterOfRecord(property),
        FieldInfo field => Summary(field, $"F:{NameOf(field.DeclaringType!)}.{field.Name}"),
        MethodInfo method => Summary(method, IdOf(method)),
        ParameterInfo { Member: MethodInfo method } parameter => ParameterText(method.DeclaringType!, IdOf(method), parameter.Name!),
        _ => null,
    };

    private string? Summary(MemberInfo member, string id) => Find(member.DeclaringType!, id)?.Element("summary") is { } summary ? ToText(summary) : null;

    /// <summary>A record's properties are documented as <c>param</c> of the record.</summary>
    private string? ParameterOfRecord(PropertyInfo property) => ParameterText(property.DeclaringType!, $"T:{NameOf(property.DeclaringType!)}", property.Name);

    private string? ParameterText(Type owner, string id, string name) =>
        Find(owner, id)?.Elements("param").FirstOrDefault(element => element.Attribute("name")?.Value == name) is { } text ? ToText(text) : null;

    private XElement? Find(Type type, string id) => _files.GetOrAdd(type.Assembly, Read).GetValueOrDefault(id);

    private static IReadOnlyDictionary<string, XElement> Read(Assembly assembly)
    {
        var path = assembly.IsDynamic || assembly.Location.Length == 0 ? null : Path.ChangeExtension(assembly.Location, ".xml");
        return path is null || !File.Exists(path)
            ? new Dictionary<string, XElement>()
            : XDocument.Load(path).Descendants("member").DistinctBy(member => member.Attribute("name")?.Value)
                .ToDictionary(member => member.Attribute("name")?.Value ?? string.Empty, StringComparer.Ordinal);
    }

    private static string IdOf(MethodInfo method)
    {
        var parameters = method.GetParameters();
        var name = $"M:{NameOf(method.DeclaringType!)}.{method.Name}";
        return parameters.Length == 0 ? name : $"{name}({string.Join(',', parameters.Select(parameter => ReferenceTo(parameter.ParameterType)))})";
    }

    private static string NameOf(Type type) => ((type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName ?? type.Name).Replace('+', '.');

    private static string ReferenceTo(Type type)
    {
        if (type.IsArray)
        {
            return ReferenceTo(type.GetElementType()!) + "[]";
        }

        return type.IsGenericType
            ? $"{NameOf(type)[..NameOf(type).IndexOf('`', StringComparison.Ordinal)]}{{{string.Join(',', type.GetGenericArguments().Select(ReferenceTo))}}}"
            : NameOf(type);
    }

    /// <summary>The text on one line per paragraph, references by their last name.</summary>
    private static string? ToText(XElement element)
    {
        var text = string.Concat(element.Nodes().Select(node => node switch
        {
            XElement { Name.LocalName: "para" } para => $"\n\n{ToText(para)}\n\n",
            XElement reference when reference.Value.Length == 0 => (reference.Attribute("cref") ?? reference.Attribute("langword") ?? reference.Attribute("name"))?.Value.Split('.', ':')[^1],
            XElement inner => inner.Value,
            XText written => written.Value,
            _ => string.Empty,
        }));
        var paragraphs = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(paragraph => string.Join(' ', paragraph.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
            .Where(paragraph => paragraph.Length > 0);
        return string.Join("\n\n", paragraphs) is { Length: > 0 } result ? result : null;
    }
}
