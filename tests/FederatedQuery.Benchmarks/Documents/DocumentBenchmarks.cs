using System.Text;
using BenchmarkDotNet.Attributes;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Validation;

namespace FederatedQuery.Benchmarks.Documents;

/// <summary>Where the time of <see cref="DocumentComparison"/> goes.</summary>
[MemoryDiagnoser]
public class DocumentBenchmarks
{
    private readonly DocumentValidator _validator = new(SchemaReader.Read(SampleDocuments.Schema));
    private byte[] _utf8 = [];
    private DocumentNode? _document;

    [Params(0, 1, 2, 3)]
    public int Sample { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _utf8 = Encoding.UTF8.GetBytes(SampleDocuments.All[Sample].Document);
        _document = Utf8Parser.Parse(_utf8);
    }

    [Benchmark]
    public DocumentNode Parse() => Utf8Parser.Parse(_utf8);

    [Benchmark]
    public int Validate() => _validator.Validate(_document!).Count;
}
