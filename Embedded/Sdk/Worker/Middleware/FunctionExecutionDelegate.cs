namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>The rest of the invocation: the next middleware, in the end the function itself.</summary>
public delegate Task FunctionExecutionDelegate(FunctionContext context);
