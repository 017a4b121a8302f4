namespace AccountClosure.Embedded.Engine;

/// <summary>
/// Removes the synchronization context until it is disposed, so that a continuation runs on the thread that completes its task. With the
/// caller's context, for example that of a test framework, it would run elsewhere.
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
