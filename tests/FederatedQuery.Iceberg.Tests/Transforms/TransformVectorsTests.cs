using System.Text.Json;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transforms;
using FederatedQuery.Testing;

namespace FederatedQuery.Iceberg.Tests.Transforms;

public class TransformVectorsTests
{
    [SharedFact]
    public void BucketHash_EveryVector_GivesItsHash()
    {
        foreach (var vector in SharedVectors.Get("bucket_hash").Concat(SharedVectors.Get("bucket_hash_not_for_bucketing")))
        {
            Assert.Equal((vector.ToString(), vector.GetProperty("hash").GetInt32()), (vector.ToString(), BucketHash.Of(Value(vector, "value"))));
        }
    }

    [SharedFact]
    public void Apply_BucketVectors_GiveTheirBuckets()
    {
        foreach (var vector in SharedVectors.Get("bucket"))
        {
            var bucket = Transform.Bucket(vector.GetProperty("buckets").GetInt32()).Apply(Value(vector, "value"));

            Assert.Equal(Literal.Int(vector.GetProperty("bucket").GetInt32()), bucket);
        }
    }

    [SharedFact]
    public void Apply_TruncateVectors_GiveTheirResults()
    {
        foreach (var vector in SharedVectors.Get("truncate"))
        {
            Assert.Equal(Value(vector, "result"), Transform.Truncate(vector.GetProperty("width").GetInt32()).Apply(Value(vector, "value")));
        }
    }

    [SharedFact]
    public void Apply_TimeVectors_GiveTheirResults()
    {
        foreach (var vector in SharedVectors.Get("time_transforms"))
        {
            var transform = Transform.Parse(vector.GetProperty("transform").GetString()!);
            var expected = vector.GetProperty("result").GetInt32();

            Assert.Equal(transform is DayTransform ? Literal.Date(expected) : Literal.Int(expected), transform.Apply(Value(vector, "value")));
        }
    }

    [SharedFact]
    public void ToHumanString_EveryVector_GivesItsText()
    {
        foreach (var vector in SharedVectors.Get("human_strings"))
        {
            var transform = Transform.Parse(vector.GetProperty("transform").GetString()!);

            Assert.Equal(vector.GetProperty("text").GetString(), transform.ToHumanString(Literal.Int(vector.GetProperty("value").GetInt32())));
        }
    }

    private static Literal Value(JsonElement vector, string name) =>
        SingleValueJson.ReadLiteral(PrimitiveType.Parse(vector.GetProperty("type").GetString()!), vector.GetProperty(name));
}
