using System.Diagnostics.CodeAnalysis;

// The runner finds factories by their names. What it finds is kept: it is rooted in the project file, and the table of
// names makes the generic methods. What the library itself would need is reported, as it is for users.
[module: UnconditionalSuppressMessage("Trimming", "IL2060", Justification = "Factories are made by the table of names.")]
[module: UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "The assemblies are rooted.")]
[module: UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Factories are made by the table of names.")]
