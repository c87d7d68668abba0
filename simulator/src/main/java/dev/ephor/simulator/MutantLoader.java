package dev.ephor.simulator;

import dev.ephor.simulator.Mutation.Site;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Loads Ephor's classes a second time, one of them with a bug in it. The code under test knows
/// nothing of it, and the first copy of the classes stays as it is.
final class MutantLoader extends ClassLoader {
    private static final String OURS = "dev.ephor.";
    private static final List<String> SHARED =
            List.of(
                    Exploration.class.getName(),
                    RunSpec.class.getName(),
                    Outcome.class.getName(),
                    Outcome.Choice.class.getName());
    private static final ClassDesc LIST = ClassDesc.of("java.util.List");
    private static final ClassDesc OPTIONAL = ClassDesc.of("java.util.Optional");
    private static final ClassDesc SABOTAGE = ClassDesc.of(Sabotage.class.getName());

    private final Mutation mutation;
    private final ClassLoader original;
    private final Map<Site, Integer> changes = new HashMap<>();

    MutantLoader(Mutation mutation) {
        super("mutant-" + mutation.name(), Simulator.class.getClassLoader());
        this.mutation = mutation;
        this.original = Simulator.class.getClassLoader();
    }

    /// Runs a seed on the classes with the bug.
    Outcome run(RunSpec spec, @Nullable Consumer<String> lines) {
        try {
            Object outcome =
                    Class.forName(Simulator.class.getName(), true, this)
                            .getMethod("run", RunSpec.class, Consumer.class)
                            .invoke(null, spec, lines);
            return (Outcome) outcome;
        } catch (InvocationTargetException thrown) {
            throw new IllegalStateException(
                    "the simulator failed with " + mutation.name(), thrown.getCause());
        } catch (ReflectiveOperationException broken) {
            throw new IllegalStateException("the simulator is not as expected", broken);
        }
    }

    /// Explores a small cell of the classes with the bug.
    Exploration explore(Consumer<String> layers, long... bounds) {
        try {
            Class<?> explorer = Class.forName(Explorer.class.getName(), true, this);
            return (Exploration)
                    explorer.getMethod("explore", Consumer.class, long[].class)
                            .invoke(null, layers, bounds);
        } catch (InvocationTargetException thrown) {
            throw new IllegalStateException(
                    "the explorer failed with " + mutation.name(), thrown.getCause());
        } catch (ReflectiveOperationException broken) {
            throw new IllegalStateException("the explorer is not as expected", broken);
        }
    }

    /// Fails where the code has changed so that the bug can no longer be planted.
    void verify() {
        for (Site site : mutation.sites()) {
            try {
                Class.forName(site.className(), false, this);
            } catch (ClassNotFoundException gone) {
                throw new IllegalStateException(
                        mutation.name() + ": there is no class " + site.className(), gone);
            }
            if (!changes.containsKey(site)) {
                throw new IllegalStateException(
                        mutation.name()
                                + " found nothing to change in "
                                + site.className()
                                + "."
                                + site.method());
            }
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        boolean shared = !name.startsWith(OURS) || SHARED.contains(name);
        if (shared) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = original.getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            for (Site site : mutation.sites()) {
                bytes = name.equals(site.className()) ? rewrite(site, bytes) : bytes;
            }
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private byte[] rewrite(Site site, byte[] bytes) {
        ClassFile classFile =
                ClassFile.of(
                        ClassFile.ClassHierarchyResolverOption.of(
                                ClassHierarchyResolver.ofResourceParsing(original)
                                        .orElse(ClassHierarchyResolver.defaultResolver())));
        ClassModel model = classFile.parse(bytes);
        return classFile.transformClass(
                model,
                (ClassTransform)
                        (builder, element) -> {
                            if (element instanceof MethodModel method && isMeant(site, method)) {
                                builder.transformMethod(method, new InCode(site));
                            } else {
                                builder.with(element);
                            }
                        });
    }

    /// The method itself, and the lambdas in it.
    private static boolean isMeant(Site site, MethodModel method) {
        String name = method.methodName().stringValue();
        return method.code().isPresent()
                && (site.method().equals("*")
                        || name.equals(site.method())
                        || name.startsWith("lambda$" + site.method() + "$"));
    }

    private final class InCode implements MethodTransform {
        private final Site site;

        InCode(Site site) {
            this.site = site;
        }

        @Override
        public void accept(
                java.lang.classfile.MethodBuilder builder,
                java.lang.classfile.MethodElement element) {
            if (element instanceof CodeModel code) {
                MethodTypeDesc type = code.parent().orElseThrow().methodTypeSymbol();
                builder.withCode(body -> new Rewriting(site, body, type).rewrite(code));
            } else {
                builder.with(element);
            }
        }
    }

    /// One method's new code.
    private final class Rewriting {
        private final Site site;
        private final CodeBuilder body;
        private final MethodTypeDesc type;
        private int seen;

        Rewriting(Site site, CodeBuilder body, MethodTypeDesc type) {
            this.site = site;
            this.body = body;
            this.type = type;
        }

        private void changed() {
            changes.merge(site, 1, Integer::sum);
        }

        void rewrite(CodeModel code) {
            if (site.change() instanceof Mutation.Change.Return(long value)) {
                changed();
                push(type.returnType(), value);
                body.return_(TypeKind.from(type.returnType()));
                return;
            }
            if (site.change() instanceof Mutation.Change.Answer(String other)) {
                changed();
                ClassDesc owner =
                        code.parent().orElseThrow().parent().orElseThrow().thisClass().asSymbol();
                body.aload(0).invokevirtual(owner, other, MethodTypeDesc.of(type.returnType()));
                body.return_(TypeKind.from(type.returnType()));
                return;
            }
            for (CodeElement element : code) {
                element(element);
            }
        }

        private void element(CodeElement element) {
            switch (site.change()) {
                case Mutation.Change.Return _, Mutation.Change.Answer _ -> body.with(element);
                case Mutation.Change.Instead(String callee, int nth, String other) -> {
                    if (element instanceof InvokeInstruction call && isMeant(call, callee, nth)) {
                        body.invoke(
                                call.opcode(),
                                call.owner().asSymbol(),
                                other,
                                call.typeSymbol(),
                                call.isInterface());
                    } else {
                        body.with(element);
                    }
                }
                case Mutation.Change.Skip(String callee, int nth, long value) -> {
                    if (element instanceof InvokeInstruction call && isMeant(call, callee, nth)) {
                        popArguments(call);
                        push(call.typeSymbol().returnType(), value);
                    } else {
                        body.with(element);
                    }
                }
                case Mutation.Change.Negate(String callee, int nth) -> {
                    body.with(element);
                    if (element instanceof InvokeInstruction call && isMeant(call, callee, nth)) {
                        body.iconst_1().ixor();
                    }
                }
                case Mutation.Change.Redirect(String callee, int nth, String sabotage) -> {
                    if (element instanceof InvokeInstruction call && isMeant(call, callee, nth)) {
                        body.invokestatic(SABOTAGE, sabotage, withReceiver(call));
                    } else {
                        body.with(element);
                    }
                }
                case Mutation.Change.Jump(List<Integer> never, List<Integer> always) -> {
                    if (element instanceof BranchInstruction branch && isConditional(branch)) {
                        seen++;
                        jump(branch, never.contains(seen), always.contains(seen));
                    } else {
                        body.with(element);
                    }
                }
            }
        }

        private void jump(BranchInstruction branch, boolean never, boolean always) {
            if (!never && !always) {
                body.with(branch);
                return;
            }
            changed();
            switch (branch.opcode()) {
                case IF_ICMPEQ,
                        IF_ICMPNE,
                        IF_ICMPLT,
                        IF_ICMPGE,
                        IF_ICMPGT,
                        IF_ICMPLE,
                        IF_ACMPEQ,
                        IF_ACMPNE ->
                        body.pop2();
                default -> body.pop();
            }
            if (always) {
                body.goto_(branch.target());
            }
        }

        private boolean isMeant(InvokeInstruction call, String callee, int nth) {
            String owner = call.owner().asInternalName();
            String simple =
                    owner.substring(Math.max(owner.lastIndexOf('/'), owner.lastIndexOf('$')) + 1);
            if (!callee.equals(simple + "." + call.name().stringValue())) {
                return false;
            }
            seen++;
            boolean meant = nth == 0 || seen == nth;
            if (meant) {
                changed();
            }
            return meant;
        }

        private void popArguments(InvokeInstruction call) {
            List<ClassDesc> arguments = new ArrayList<>(withReceiver(call).parameterList());
            for (ClassDesc argument : arguments.reversed()) {
                if (TypeKind.from(argument).slotSize() == 2) {
                    body.pop2();
                } else {
                    body.pop();
                }
            }
        }

        private MethodTypeDesc withReceiver(InvokeInstruction call) {
            MethodTypeDesc callType = call.typeSymbol();
            return call.opcode() == Opcode.INVOKESTATIC
                    ? callType
                    : callType.insertParameterTypes(0, call.owner().asSymbol());
        }

        private void push(ClassDesc kind, long value) {
            switch (TypeKind.from(kind)) {
                case VOID -> {}
                case LONG -> body.loadConstant(value);
                case BOOLEAN, BYTE, CHAR, SHORT, INT -> body.loadConstant((int) value);
                case FLOAT -> body.loadConstant((float) value);
                case DOUBLE -> body.loadConstant((double) value);
                case REFERENCE -> {
                    switch (kind.displayName()) {
                        case "List" -> body.invokestatic(LIST, "of", MethodTypeDesc.of(LIST), true);
                        case "Optional" ->
                                body.invokestatic(OPTIONAL, "empty", MethodTypeDesc.of(OPTIONAL));
                        case "String" -> body.loadConstant("");
                        default -> body.aconst_null();
                    }
                }
            }
        }
    }

    private static boolean isConditional(BranchInstruction branch) {
        return branch.opcode() != Opcode.GOTO && branch.opcode() != Opcode.GOTO_W;
    }
}
