namespace AccountClosure.Embedded.Engine;

/// <summary>
/// No synchronization context for a while: continuations run on the thread that completes what they wait for. With the caller's
/// context, a test framework's for example, they would go elsewhere.
/// </summary>
public readonly ref struct NoSynchronizationContext
{
    private readonly SynchronizationContext? _outer;

    private NoSynchronizationContext(SynchronizationContext? outer) => _outer = outer;

    public static NoSynchronizationContext Enter()
    {
        var outer = SynchronizationContext.Current;
        if (outer is not null)
            SynchronizationContext.SetSynchronizationContext(null);
        return new NoSynchronizationContext(outer);
    }

    public void Dispose()
    {
        if (_outer is not null)
            SynchronizationContext.SetSynchronizationContext(_outer);
    }
}
