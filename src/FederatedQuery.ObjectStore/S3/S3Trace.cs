using System.Diagnostics;

namespace FederatedQuery.ObjectStore.S3;

/// <summary>Spans <c>object_store.request</c>, one for each attempt of a request. Keys are not in them: they tell values of partitions.</summary>
public static class S3Trace
{
    /// <summary>Of the activity source.</summary>
    public const string SourceName = "FederatedQuery.ObjectStore";

    private static readonly ActivitySource Activities = new(SourceName);

    internal static Activity? Begin(string attempt, string store, long sentBytes)
    {
        var activity = Activities.StartActivity("object_store.request", ActivityKind.Client);
        activity?.SetTag("object_store.operation", attempt).SetTag("object_store.name", store);
        if (sentBytes > 0)
        {
            activity?.SetTag("object_store.request.size", sentBytes);
        }

        return activity;
    }

    internal static ObjectStoreException Failed(Activity? activity, ObjectStoreException failure)
    {
        activity?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", failure.Kind.ToString());
        return failure;
    }
}
