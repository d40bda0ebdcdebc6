package dev.retort.distill.golden;

import com.google.common.collect.ImmutableMap;

/** The methods of the golden-vector files, by the files' names. */
final class GoldenMethods {
  static final ImmutableMap<String, GoldenMethod> ALL = ImmutableMap.<String, GoldenMethod>builder()
      .put("kd", new KdVectors())
      .put("dkd", new DkdVectors())
      .put("dist", new DistVectors())
      .put("mlkd", new MlkdVectors())
      .put("wsl", new WslVectors())
      .put("bd_kd", new BdKdVectors())
      .put("cmkd", new CmkdVectors())
      .put("prokt", new ProKtVectors())
      .put("uda_kd", new UdaKdVectors())
      .put("nkd", new NkdVectors())
      .put("uskd", new UskdVectors())
      .put("autodistil", new AutoDistilVectors())
      .put("minilm_v1", new MiniLm1Vectors())
      .put("minilm_v2", new MiniLm2Vectors())
      .put("distillm", new DistillmVectors())
      .put("distillm_scheduler", new DistillmSchedulerVectors())
      .put("okd", new OkdVectors())
      .put("ctcd", new CtcdVectors())
      .put("mixkd", new MixKdVectors())
      .put("rco_schedule", new RcoVectors())
      .put("kd_landmark", new LandmarkVectors())
      .put("asm_landmark", new AsmVectors())
      .put("kd_variance", new VarianceVectors())
      .put("kdiga", new KdigaVectors())
      .put("distiller_objectives", new DistillerObjectivesVectors())
      .put("distiller_mi_alpha", new MiAlphaVectors())
      .put("dfa", new DfaVectors())
      .put("stablekd", new StableKdVectors())
      .put("rfkd", new RfkdVectors())
      .put("dckd", new DckdVectors())
      .buildOrThrow();

  private GoldenMethods() {}
}
